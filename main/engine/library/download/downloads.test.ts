import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Download } from "../../../../shared/library.ts";
import { writeCheckpoint } from "../../checkpoint/testing.ts";
import { createDownloads, type Downloads } from "./downloads.ts";

type Answering = (request: IncomingMessage, response: ServerResponse) => void;

let root: string;
let models: string;
let server: Server;
let origin: string;
let answer: Answering;
let asked: { url: string; range: string | undefined; ifRange: string | undefined }[];
let told: (readonly Download[])[];
let body: Buffer;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "fairlead-download-"));
  models = join(root, "models");
  mkdirSync(models);
  asked = [];
  told = [];
  writeCheckpoint(join(root, "made.safetensors"), { w: { dtype: "F32", shape: [100_000] } });
  body = readFileSync(join(root, "made.safetensors"));
  body.fill(7, 200);
  server = createServer((request, response) => {
    const { range, "if-range": ifRange } = request.headers as Record<string, string | undefined>;
    asked.push({ url: request.url ?? "", range, ifRange });
    answer(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
  // A download that was cut off may still be writing down how far it came.
  rmSync(root, { recursive: true, maxRetries: 10, retryDelay: 50 });
});

/** Serves `body` as a well-behaved server does. */
function serve(headers: Record<string, string> = {}, etag = '"one"'): Answering {
  return ({ headers: { range, "if-range": ifRange } }, response) => {
    const start = Number(/^bytes=(\d+)-/.exec(range ?? "")?.[1] ?? 0);
    const isRest = start > 0 && (ifRange === undefined || ifRange === etag);
    const rest = isRest ? body.subarray(start) : body;
    const place = { "content-range": `bytes ${start}-${body.length - 1}/${body.length}` };
    response.writeHead(isRest ? 206 : 200, { etag, "content-length": rest.length, ...headers, ...(isRest && place) });
    response.end(rest);
  };
}

/** Time for what was sent to arrive: a connection that is destroyed may take it along. */
const breakMs = 150;

/** Sends so many bytes of an answer that promises all, then breaks the connection. */
function breakAfter(bytes: number, etag = '"one"'): Answering {
  return (_, response) => {
    response.writeHead(200, { etag, "content-length": body.length });
    response.write(body.subarray(0, bytes), () => setTimeout(() => response.destroy(), breakMs));
  };
}

/** Answers one request after the other, the last one for all that follow. */
function inTurn(...answers: Answering[]): Answering {
  let turn = 0;
  return (request, response) => answers[Math.min(turn++, answers.length - 1)](request, response);
}

function open(free = 1e12): Downloads {
  return createDownloads({
    file: join(root, "downloads.json"),
    emit: (list) => told.push(list),
    onDone: () => {},
    free: async () => free,
    retryMs: 5,
  });
}

const request = (path = "/a/model.safetensors", sha256 = "", name = "") => ({
  url: origin + path,
  folder: models,
  name,
  sha256,
});

/** Waits until a download ended, one way or the other. */
async function ended(downloads: Downloads, ...states: Download["state"][]): Promise<Download> {
  const wanted = states.length > 0 ? states : ["done", "failed"];
  const find = () => downloads.list().find(({ state }) => wanted.includes(state));
  await expect.poll(find, { interval: 5, timeout: 8000 }).toBeDefined();
  return find() as Download;
}

async function fetchOne(...of: Parameters<typeof request>): Promise<Download> {
  const downloads = open();
  await downloads.start(request(...of));
  return ended(downloads);
}

const file = (name = "model.safetensors") => readFileSync(join(models, name));

test("a file arrives under its name, with progress, and nothing else is left", async () => {
  answer = serve();
  expect(await fetchOne()).toMatchObject({ state: "done", received: body.length, total: body.length, problem: null });
  expect(file().equals(body)).toBe(true);
  expect(readdirSync(models)).toEqual(["model.safetensors"]);
  expect(told.flat().map(({ state }) => state)).toContain("running");
});

test("a broken connection goes on where it ended", async () => {
  answer = inTurn(breakAfter(100_000), serve());
  expect((await fetchOne()).state).toBe("done");
  expect(asked[1]).toEqual({ url: "/a/model.safetensors", range: "bytes=100000-", ifRange: '"one"' });
  expect(file().equals(body)).toBe(true);
});

test("a server that ignores ranges sends it anew", async () => {
  const whole: Answering = (_, response) => response.writeHead(200, { "content-length": body.length }).end(body);
  answer = inTurn(breakAfter(50_000), whole);
  expect((await fetchOne()).state).toBe("done");
  expect(file().equals(body)).toBe(true);
});

test("another version in between replaces what came", async () => {
  const old = Buffer.from(body);
  answer = inTurn(
    (_, response) => {
      response.writeHead(200, { etag: '"old"', "content-length": old.length });
      response.write(old.fill(9, 300).subarray(0, 60_000), () => setTimeout(() => response.destroy(), breakMs));
    },
    // It ignores If-Range, as some do, and sends the rest of the other version.
    (_, response) => {
      const place = `bytes 60000-${body.length - 1}/${body.length}`;
      response.writeHead(206, { etag: '"new"', "content-range": place }).end(body.subarray(60_000));
    },
    serve({}, '"new"'),
  );
  expect((await fetchOne()).state).toBe("done");
  expect(file().equals(body)).toBe(true);
  expect(asked[2]?.range).toBeUndefined();
});

test("a connection that never gets further ends with a sentence and keeps what came", async () => {
  answer = inTurn(breakAfter(50_000), (_, response) => response.destroy());
  const { state, problem } = await fetchOne();
  expect(state).toBe("failed");
  expect(problem).toMatch(/127\.0\.0\.1:\d+ cannot be reached: .+\./);
  const [part] = readdirSync(models);
  expect(part).toMatch(/\.part$/);
  const kept = readFileSync(join(models, part));
  expect(kept.length).toBeGreaterThan(0);
  expect(kept.equals(body.subarray(0, kept.length))).toBe(true);
});

test.each([
  ["a wrong hash", "0".repeat(64), /SHA-256 is \w{10}…, not 0{10}… as you gave/],
  ["a wrong short hash", "0".repeat(10), /not 0{10}… as you gave/],
])("%s is refused and nothing is kept", async (_, hash, sentence) => {
  answer = serve();
  expect((await fetchOne("/model.safetensors", hash)).problem).toMatch(sentence);
  expect(readdirSync(models)).toEqual([]);
});

test("the right hash is accepted, whole, short, and with a prefix", async () => {
  answer = serve();
  const hash = createHash("sha256").update(body).digest("hex");
  for (const [index, form] of [hash, hash.slice(0, 10), `sha256:${hash.toUpperCase()}`].entries()) {
    expect((await fetchOne("/model.safetensors", form, `m${index}`)).state).toBe("done");
    expect(existsSync(join(models, `m${index}.safetensors`))).toBe(true);
  }
});

test("the hash that a hub states on its redirect is checked", async () => {
  answer = ({ url }, response) => {
    if (url === "/cdn") serve()({ headers: {} } as IncomingMessage, response);
    else response.writeHead(302, { location: "/cdn", "x-linked-etag": `"${"ab".repeat(32)}"` }).end();
  };
  expect((await fetchOne()).problem).toMatch(/not abababab.*as the server states/);
  expect(readdirSync(models)).toEqual([]);
});

test("fewer bytes than the header speaks of are no model", async () => {
  body = body.subarray(0, 90_000);
  answer = serve();
  expect((await fetchOne()).problem).toMatch(/^model\.safetensors is cut off/);
  expect(readdirSync(models)).toEqual([]);
});

test.each<[string, Answering, RegExp]>([
  [
    "a web page",
    (_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html>"),
    /sends a web page/,
  ],
  ["a web page that claims to be bytes", (_, response) => response.end("<!DOCTYPE html><html>"), /is a web page/],
  [
    "a Git LFS pointer",
    (_, response) => response.end("version https://git-lfs.github.com/spec/v1\n"),
    /Git LFS pointer/,
  ],
  ["a pickle", (_, response) => response.end("PK\u0003\u0004archive"), /Python pickle/],
  ["something else", (_, response) => response.end("just a text of some length"), /no \.safetensors file/],
  ["no file", (_, response) => response.writeHead(404).end(), /no file at this address/],
  ["a locked file", (_, response) => response.writeHead(401).end(), /wants an account/],
  [
    "a circle of redirects",
    (_, response) => response.writeHead(302, { location: "/again" }).end(),
    /redirects more than/,
  ],
  [
    "a redirect away from https",
    (_, response) => response.writeHead(302, { location: "http://example.com/" }).end(),
    /https only/,
  ],
  [
    "a redirect to a file",
    (_, response) => response.writeHead(302, { location: "file:///etc/passwd" }).end(),
    /https only, not by file/,
  ],
])("%s is refused with a sentence", async (_, answering, sentence) => {
  answer = answering;
  const { state, problem } = await fetchOne();
  expect(state).toBe("failed");
  expect(problem).toMatch(sentence);
  expect(readdirSync(models).filter((name) => !name.endsWith(".part"))).toEqual([]);
});

test.each([
  ["http://example.com/a.safetensors", /https only/],
  ["ftp://127.0.0.1/a.safetensors", /https only/],
  ["https://me:secret@example.com/a.safetensors", /password/],
  ["model.safetensors", /no address/],
])("%s is refused before anything is asked", async (url, sentence) => {
  await expect(open().start({ ...request(), url })).rejects.toThrow(sentence);
});

test("names that lead elsewhere stay in the folder, and only files of models are taken", async () => {
  const named = (name: string) => serve({ "content-disposition": `attachment; filename="${name}"` });
  answer = named("../../evil.safetensors");
  expect((await fetchOne("/download/12")).state).toBe("done");
  expect(readdirSync(models)).toEqual(["evil.safetensors"]);
  answer = named("setup.exe");
  expect((await fetchOne("/download/13")).problem).toMatch(/setup\.exe is no file of a model/);
});

test("a file of the same name is never written over", async () => {
  writeFileSync(join(models, "model.safetensors"), "mine");
  answer = serve();
  expect((await fetchOne()).problem).toMatch(/in this folder already/);
  expect(file().toString()).toBe("mine");
});

test("a disk without room is seen before anything is written", async () => {
  answer = serve();
  const downloads = open(1e6);
  await downloads.start(request());
  expect((await ended(downloads)).problem).toMatch(/needs .* GB more, but the disk has 0\.0 GB free/);
  expect(readdirSync(models)).toEqual([]);
});

test("paused, then taken up after a restart", async () => {
  answer = (_, response) => {
    response.writeHead(200, { etag: '"one"', "content-length": body.length });
    response.write(body.subarray(0, 40_000));
  };
  const first = open();
  const { id } = await first.start(request());
  await expect.poll(() => first.list()[0]?.received, { interval: 5 }).toBe(40_000);
  await first.pause(id);
  expect(first.list()[0]).toMatchObject({ state: "paused", speed: 0 });

  answer = serve();
  const second = open();
  await second.load();
  expect(second.list()[0]).toMatchObject({ id, state: "paused", received: 40_000, total: body.length });
  await second.resume(id);
  await ended(second, "done");
  expect(asked.at(-1)?.range).toBe("bytes=40000-");
  expect(file().equals(body)).toBe(true);
});

test("a process that dies loses nothing: the next one goes on by itself", async () => {
  const item = { id: "0123456789", url: `${origin}/model.safetensors`, folder: models, wanted: "", given: "" };
  const known = { name: "model.safetensors", etag: '"one"', stated: null, received: 9, total: body.length };
  writeFileSync(join(root, "downloads.json"), JSON.stringify([{ ...item, ...known, state: "running", problem: null }]));
  writeFileSync(join(models, "model.safetensors.01234567.part"), body.subarray(0, 70_000));
  answer = serve();
  const downloads = open();
  await downloads.load();
  await ended(downloads, "done");
  expect(asked).toEqual([{ url: "/model.safetensors", range: "bytes=70000-", ifRange: '"one"' }]);
  expect(file().equals(body)).toBe(true);
});

test("a removed download takes its part with it, and the next one starts", async () => {
  answer = ({ url }, response) => {
    if (url !== "/slow.safetensors") return serve()({ headers: {} } as IncomingMessage, response);
    response.writeHead(200, { "content-length": body.length });
    return response.write(body.subarray(0, 1000));
  };
  const downloads = open();
  const { id } = await downloads.start(request("/slow.safetensors"));
  await downloads.start(request("/next.safetensors"));
  await expect.poll(() => downloads.list()[0]?.received, { interval: 5 }).toBe(1000);
  expect(downloads.list()[1]?.state).toBe("waiting");
  await downloads.remove(id);
  await ended(downloads, "done");
  expect(readdirSync(models)).toEqual(["next.safetensors"]);
});
