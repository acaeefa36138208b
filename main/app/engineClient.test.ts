import { expect, test } from "vitest";
import type { Job } from "../../shared/contract.ts";
import type { EngineMessage, HostMessage, RunInput } from "../engine/engineTypes.ts";
import { createEngineClient, type HostProcess } from "./engineClient.ts";

interface FakeHost extends HostProcess {
  readonly posted: { id: number; method: string; input: unknown }[];
  say(message: HostMessage): void;
  die(code: number, lastWords?: string): void;
}

function fakeHost(): FakeHost {
  const posted: FakeHost["posted"] = [];
  let hear: (message: HostMessage) => void = () => {};
  let exit: (code: number, lastWords: string) => void = () => {};
  return {
    posted,
    post: (message) => void posted.push(message),
    onMessage: (listener) => {
      hear = listener;
    },
    onExit: (listener) => {
      exit = listener;
    },
    kill: () => exit(15, ""),
    say: (message) => hear(message),
    die: (code, lastWords = "") => exit(code, lastWords),
  };
}

function bench() {
  const hosts: FakeHost[] = [];
  const said: EngineMessage[] = [];
  const spawn = () => {
    const host = fakeHost();
    hosts.push(host);
    return host;
  };
  return { hosts, said, client: createEngineClient(spawn, (message) => void said.push(message)) };
}

const ready: HostMessage = { event: { type: "engine.status", state: "ready" } };
const input: RunInput = { document: "d", text: "{}", baseFolder: null, device: "cpu", name: "hello" };
const job = (id: string, number: number, state: Job["state"]): Job => ({
  id,
  number,
  document: "d",
  name: "hello",
  state,
});
const seeds = [{ node: "noise", param: "seed", seed: "18446744073709551615" }];

/** A client with one running and one waiting job. */
async function busy() {
  const parts = bench();
  const { client, hosts } = parts;
  const runs = [client.call("run", input), client.call("run", { ...input, text: "second" })];
  const [host] = hosts;
  host?.say(ready);
  host?.say({ id: 1, result: { job: job("a", 1, "running"), seeds: [] } });
  host?.say({ id: 2, result: { job: job("b", 2, "waiting"), seeds } });
  await Promise.all(runs);
  const jobs = [job("a", 1, "running"), job("b", 2, "waiting")];
  host?.say({ event: { type: "queue.changed", jobs } });
  return parts;
}

test("answers find their calls, in any order", async () => {
  const { client, hosts } = bench();
  const [first, second] = [client.call("queue", null), client.call("devices", null)];
  hosts[0]?.say({ id: 2, result: ["devices"] });
  hosts[0]?.say({ id: 1, result: ["queue"] });
  expect(await first).toEqual(["queue"]);
  expect(await second).toEqual(["devices"]);
  expect(hosts).toHaveLength(1);
});

test("errors arrive with their node", async () => {
  const { client, hosts } = bench();
  const answer = client.call("queue", null);
  hosts[0]?.say({ id: 1, error: { code: "engine", message: "No.", node: "guide" } });
  await expect(answer).rejects.toMatchObject({ data: { code: "engine", message: "No.", node: "guide" } });
});

test("a killed engine fails the running job with its cause and keeps the waiting one with its seeds", async () => {
  const { client, hosts, said } = await busy();
  const asked = client.call("check", input);
  hosts[0]?.die(9);
  const sentence = "The engine stopped unexpectedly (signal SIGKILL). Run again; nothing else was lost.";
  await expect(asked).rejects.toThrow(sentence);
  expect(said).toContainEqual({ type: "engine.status", state: "stopped", reason: sentence });
  expect(said).toContainEqual(expect.objectContaining({ type: "job.event", job: "a", number: 1 }));
  expect(said).not.toContainEqual(expect.objectContaining({ type: "job.event", job: "b" }));
  expect(said).toContainEqual({ type: "queue.changed", jobs: [job("b", 2, "waiting")] });
  const again = { ...input, text: "second", as: { job: job("b", 2, "waiting"), seeds } };
  expect(hosts[1]?.posted).toEqual([expect.objectContaining({ method: "run", input: again })]);
});

test("a waiting job outlives several crashes", async () => {
  const { hosts } = await busy();
  hosts[0]?.die(11);
  hosts[1]?.say(ready);
  hosts[1]?.die(11);
  expect(hosts[2]?.posted).toEqual([expect.objectContaining({ method: "run" })]);
});

test("finished jobs are not reported as failed", async () => {
  const { hosts, said } = await busy();
  hosts[0]?.say({ event: { type: "queue.changed", jobs: [] } });
  hosts[0]?.die(9);
  expect(said.filter(({ type }) => type === "job.event")).toEqual([]);
  expect(hosts).toHaveLength(1);
});

test("an engine that dies while starting says why and is not started again by itself", async () => {
  const { client, hosts, said } = bench();
  const asked = client.call("queue", null);
  hosts[0]?.die(1, "node:internal\nError: libonnxruntime.so.1: cannot open shared object file\n  at x");
  await expect(asked).rejects.toThrow("libonnxruntime.so.1: cannot open shared object file");
  expect(said.at(-1)).toEqual({ type: "queue.changed", jobs: [] });
  expect(hosts).toHaveLength(1);
  void client.call("queue", null);
  expect(hosts).toHaveLength(2);
});

test("closing the app is no crash", async () => {
  const { client, said } = await busy();
  client.close();
  expect(said.filter(({ type }) => type === "engine.status")).toHaveLength(2);
});
