import { expect, test } from "vitest";
import type { Dialogs } from "./dialogs.ts";
import { createDocuments } from "./documents.ts";
import { createHandles } from "./handles.ts";
import type { KnownFiles } from "./knownFiles.ts";
import type { Recent } from "./recent.ts";

function bench(chosen: string | null) {
  const disk = new Map([
    ["/w/a.fairlead.json", '{"fairlead":1,"name":"inner"}'],
    ["/w/fox.png", '{"fairlead":1,"name":"fox at dusk"}'],
  ]);
  const handles = createHandles();
  const recent: Recent = {
    add: async (path) => ({ handle: handles.grant(path), name: path.slice(3, -14), path }),
    list: async () => [],
  };
  const suggested: string[] = [];
  const dialogs: Dialogs = {
    open: async () => chosen,
    openFolder: async () => null,
    save: async (name) => {
      suggested.push(name);
      return chosen;
    },
  };
  const files = {
    readWorkflow: async (path: string) => disk.get(path) ?? Promise.reject(new Error(`no ${path}`)),
    write: async (path: string, bytes: Uint8Array) => void disk.set(path, new TextDecoder().decode(bytes)),
  };
  const seen = new Map<string, string | undefined>();
  const known: KnownFiles = {
    see: async (path, written) => void seen.set(path, written ? new TextDecoder().decode(written) : disk.get(path)),
    known: () => null,
    seen: () => null,
    compare: async (path) =>
      !disk.has(path) ? "gone" : [undefined, disk.get(path)].includes(seen.get(path)) ? "same" : "changed",
  };
  return { disk, handles, suggested, documents: createDocuments({ files, dialogs, handles, recent, known }) };
}

test("an opened workflow has a handle that saves to its file", async () => {
  const { documents, disk } = bench("/w/a.fairlead.json");
  const opened = await documents.open();
  expect(opened).toMatchObject({ name: "a", path: "/w/a.fairlead.json", fromPicture: false });
  await documents.save(opened?.handle ?? "", "new text: ü");
  expect(disk.get("/w/a.fairlead.json")).toBe("new text: ü");
});

test("a workflow out of a picture has no handle and the name that it gave itself", async () => {
  const { documents } = bench("/w/fox.png");
  const expected = { handle: null, name: "fox at dusk", path: "/w/fox.png", fromPicture: true };
  expect(await documents.open()).toMatchObject(expected);
});

test("a picture is never overwritten by a workflow", async () => {
  const { documents, handles, disk } = bench("/w/fox.png");
  const before = disk.get("/w/fox.png");
  await expect(documents.save(handles.grant("/w/fox.png"), "{}")).rejects.toThrow("not written over a picture");
  expect(disk.get("/w/fox.png")).toBe(before);
});

test("save as suggests a safe name and adds the extension", async () => {
  const { documents, disk, suggested } = bench("/w/new");
  expect(await documents.saveAs("a/b: c", "{}")).toMatchObject({ path: "/w/new.fairlead.json" });
  expect(suggested).toEqual(["ab c.fairlead.json"]);
  expect(disk.get("/w/new.fairlead.json")).toBe("{}");
});

test("a dismissed dialog changes nothing", async () => {
  const { documents, disk } = bench(null);
  expect(await documents.open()).toBeNull();
  expect(await documents.saveAs("x", "{}")).toBeNull();
  expect(disk.size).toBe(2);
});

test("what another program wrote meanwhile is only written over once the person said so", async () => {
  const { documents, disk } = bench("/w/a.fairlead.json");
  const { handle } = (await documents.open()) as { handle: string };
  disk.set("/w/a.fairlead.json", "theirs");
  await expect(documents.save(handle, "mine")).rejects.toMatchObject({ data: { code: "changed" } });
  expect(disk.get("/w/a.fairlead.json")).toBe("theirs");
  await documents.keepMine(handle);
  await documents.save(handle, "mine");
  expect(disk.get("/w/a.fairlead.json")).toBe("mine");
  disk.delete("/w/a.fairlead.json");
  await documents.save(handle, "mine");
  expect(disk.get("/w/a.fairlead.json")).toBe("mine");
});

test("a name that not every system takes is refused before anything is written", async () => {
  const { documents, disk } = bench("/w/a*b");
  await expect(documents.saveAs("x", "{}")).rejects.toThrow("“*”");
  expect(disk.size).toBe(2);
});

test("a copy for others is written like a document and is none", async () => {
  const { documents, disk, suggested } = bench("/w/copy");
  expect(await documents.share("a/b", "{}")).toEqual({ path: "/w/copy.fairlead.json" });
  expect(disk.get("/w/copy.fairlead.json")).toBe("{}");
  expect(suggested).toEqual(["ab.fairlead.json"]);
  await expect(bench("/w/fox.png").documents.share("a", "{}")).resolves.toEqual({ path: "/w/fox.png.fairlead.json" });
});
