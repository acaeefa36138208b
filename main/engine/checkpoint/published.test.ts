import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { encodeModel } from "../onnx/write.ts";
import { openGraph } from "../runtime/session.ts";
import { graphsOf } from "./partGraphs.ts";
import { publishedFiles, shapesOf } from "./publishedTesting.ts";
import { recognise } from "./recognise.ts";
import { type Checkpoint, readCheckpoint } from "./safetensors.ts";
import { writeCheckpoint } from "./testing.ts";

const folder = mkdtempSync(join(tmpdir(), "fairlead-published-"));
afterAll(() => rmSync(folder, { recursive: true }));

type Name = keyof typeof publishedFiles;
const names = Object.keys(publishedFiles) as Name[];
/** Those that open in a moment. FAIRLEAD_TEST_LARGE=1 takes them all: minutes, but no room on the disk, as nothing is written. */
const opened: readonly Name[] = process.env.FAIRLEAD_TEST_LARGE ? names : ["vae16", "clip-l", "controlnet-sd15"];

/** A file of the right size, full of zeros that take no room. */
function sparse(name: Name): Checkpoint {
  const path = join(folder, `${name}.safetensors`);
  const tensors = [...shapesOf(publishedFiles[name])].map(([key, shape]) => [key, { dtype: "F32", shape }] as const);
  writeCheckpoint(path, Object.fromEntries(tensors));
  return readCheckpoint(path);
}

test.each(names)("the graphs of %s point at every weight of the file in its place", (name) => {
  const checkpoint = sparse(name);
  const places = new Map([...checkpoint.tensors.values()].map(({ offset, length }) => [offset, length]));
  const used = new Set<number>();
  for (const graph of recognise(checkpoint).parts.flatMap(graphsOf)) {
    for (const { data } of graph.weights) {
      if (data instanceof Uint8Array) continue;
      expect(data.location).toBe(`${name}.safetensors`);
      expect(places.get(data.offset)).toBe(data.length);
      used.add(data.offset);
    }
    // A graph is small: no weight of the file is in it.
    expect(encodeModel(graph).length).toBeLessThan(1.5e6);
  }
  expect(used.size).toBe(checkpoint.tensors.size);
});

test.each(opened)(
  "ONNX Runtime accepts the graphs of %s",
  async (name) => {
    const checkpoint = sparse(name);
    for (const graph of recognise(checkpoint).parts.flatMap(graphsOf)) {
      const options = { provider: "cpu", threads: 2, staysMapped: true } as const;
      const session = await openGraph(checkpoint.path, encodeModel(graph), options);
      expect(Object.keys(session.inputs)).toEqual(graph.inputs.map((input) => input.name));
      expect(Object.keys(session.outputs)).toEqual(graph.outputs.map((output) => output.name));
      await session.release();
    }
  },
  600_000,
);

test.runIf(process.platform === "linux")("an open network leaves its weights in their file", async () => {
  const anonymousBytes = () => 1024 * Number(/RssAnon:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))![1]);
  const checkpoint = sparse("controlnet-sd15");
  const [graph] = recognise(checkpoint).parts.flatMap(graphsOf);
  const before = anonymousBytes();
  const options = { provider: "cpu", threads: 2, staysMapped: true } as const;
  const session = await openGraph(checkpoint.path, encodeModel(graph), options);
  // The file has 1.4 GB.
  expect(anonymousBytes() - before).toBeLessThan(150e6);
  await session.release();
});
