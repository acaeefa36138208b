import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeNpy } from "../engine/files/npy.ts";
import { readArguments } from "./arguments.ts";
import { changedWorkflow, eventsOf, fairlead, type WorkflowChange } from "./testing.ts";

const examples = resolve(__dirname, "../../assets/workflows");
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-refusals-"));
  process.env.XDG_CACHE_HOME = join(folder, "cache");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const freshFolder = () => mkdtempSync(join(folder, "out-"));

/** Writes a changed hello. */
const variant = (name: string, change: WorkflowChange) =>
  changedWorkflow(join(examples, "hello.fairlead.json"), join(folder, `${name}.fairlead.json`), change);

const nodeOf = (workflow: { nodes: Record<string, unknown>[] }, id: string) =>
  workflow.nodes.find((node) => node.id === id) as { type: string; params: Record<string, unknown> };

const broken: [string, WorkflowChange, string, string | null][] = [
  [
    "an unknown node",
    (w) => void (nodeOf(w, "guide").type = "guidance/nope"),
    "No node type “guidance/nope” is known.",
    "guide",
  ],
  [
    "negative steps",
    (w) => void (nodeOf(w, "schedule").params.steps = -5),
    "Steps is -5. It takes 0 to 10000.",
    "schedule",
  ],
  [
    "steps as text",
    (w) => void (nodeOf(w, "schedule").params.steps = "20"),
    "Steps must be a number, not text.",
    "schedule",
  ],
  [
    "an unknown sampler",
    (w) => void (nodeOf(w, "sample").params.sampler = "nope"),
    "Sampler has no choice “nope”.",
    "sample",
  ],
  [
    "an enormous latent",
    (w) => void Object.assign(nodeOf(w, "latent").params, { width: 16384, height: 16384, batch: 4096 }),
    "Lower the size or the batch.",
    "latent",
  ],
  ["an odd size", (w) => void (nodeOf(w, "latent").params.width = 65), "65 is no multiple of 4", "latent"],
  [
    "a missing model folder",
    (w) => void (nodeOf(w, "model").params.path = "/nowhere/model"),
    "There is no folder /nowhere/model.",
    "model",
  ],
  ["a duplicate id", (w) => void w.nodes.push({ ...nodeOf(w, "guide") }), "Two nodes have the id “guide”.", "guide"],
  [
    "a name that leaves the folder",
    (w) => void (nodeOf(w, "save").params.name = "../../evil"),
    "leaves the output folder",
    "save",
  ],
  ["a forbidden character", (w) => void (nodeOf(w, "save").params.name = "a*b"), "“*”", "save"],
  [
    "a missing picture",
    (w) => void w.nodes.push({ id: "load", type: "image/load", params: { path: "gone.png" } }),
    "There is no file gone.png.",
    "load",
  ],
];

test.each(broken)(
  "%s is refused with node and sentence, and nothing is written",
  async (name, change, sentence, node) => {
    const out = freshFolder();
    const {
      code,
      errors,
      out: lines,
    } = await fairlead("run", variant(name.replaceAll(" ", "-"), change), "--json", "--device", "cpu", "--out", out);
    expect(code).toBe(1);
    expect(errors[0]).toContain(sentence);
    expect(eventsOf(lines).find((event) => event.event === "error")).toMatchObject({ node });
    expect(readdirSync(out)).toEqual([]);
  },
);

test.each([
  ["broken.json", '{"fairlead": 1,', "This is not JSON: A name in double quotes is expected (line 1, column 16)."],
  ["newer.json", '{"fairlead": 9, "nodes": []}', "newer version of Fairlead (schema 9"],
  ["deep.json", "[".repeat(200_000), "nested deeper than 10000 levels"],
  [
    "proto.json",
    '{"fairlead":1,"nodes":[{"id":"__proto__","type":"constructor","params":{"__proto__":1}}],"edges":[{"from":["__proto__","x"],"to":["__proto__","toString"]}]}',
    "Nothing here shows",
  ],
  ["bytes.json", "\u0000\u0001\u0002", "is neither a workflow nor a picture"],
])("%s is refused with a sentence", async (name, text, sentence) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  const { code, errors } = await fairlead("run", path);
  expect(code).toBe(1);
  expect(errors.join("\n")).toContain(sentence);
  expect(readFileSync(path, "utf8")).toBe(text);
});

test("a picture without a workflow, a missing file and a folder say so", async () => {
  for (const [path, sentence] of [
    [join(examples, "images/apple.png"), "There is no workflow in"],
    [join(folder, "nowhere.json"), "does not exist"],
    [folder, "is a folder"],
  ]) {
    const { code, errors } = await fairlead("run", path as string);
    expect(code).toBe(1);
    expect(errors[0]).toContain(sentence);
  }
});

test("noise of another shape, and a file that is no array, name the node", async () => {
  writeFileSync(join(folder, "wrong.npy"), writeNpy({ data: new Float32Array(16), shape: [1, 16, 1, 1] }));
  writeFileSync(
    join(folder, "cut.npy"),
    writeNpy({ data: new Float32Array(1024), shape: [1, 4, 16, 16] }).subarray(0, 900),
  );
  const withNoise = (path: string) =>
    variant(`noise-${path}`, (workflow) => {
      nodeOf(workflow, "noise").type = "noise/tensor";
      nodeOf(workflow, "noise").params = { path };
    });
  const wrong = await fairlead("run", withNoise("wrong.npy"), "--device", "cpu", "--out", freshFolder());
  expect(wrong).toMatchObject({ code: 1 });
  expect(wrong.errors[0]).toContain("is 1 × 16 × 1 × 1, but the latent is 1 × 4 × 16 × 16");
  const cut = await fairlead("run", withNoise("cut.npy"), "--device", "cpu", "--out", freshFolder());
  expect(cut.errors[0]).toMatch(/^noise .*cut off/);
});

test("a walk whose numbers leave the range of floats ends at its step, told with its level, and writes nothing", async () => {
  const data = new Float32Array(1024).fill(3e38);
  writeFileSync(join(folder, "huge.npy"), writeNpy({ data, shape: [1, 4, 16, 16] }));
  const huge = variant("huge", (workflow) => {
    nodeOf(workflow, "noise").type = "noise/tensor";
    nodeOf(workflow, "noise").params = { path: "huge.npy" };
  });
  const out = freshFolder();
  const { code, errors } = await fairlead("run", huge, "--device", "cpu", "--out", out);
  expect(code).toBe(1);
  expect(errors).toEqual([
    expect.stringMatching(/^sample .*not finite at step 1 \(sigma \d+\.\d+\)\. .*float32 weights/),
  ]);
  expect(readdirSync(out)).toEqual([]);
});

test("wrong usage is told apart from a workflow that cannot run", () => {
  for (const [argv, sentence] of [
    [["frob"], "There is no command “frob”"],
    [[], "No command is given"],
    [["run"], "needs a FILE"],
    [["run", "a", "--frob"], "--frob"],
    [["run", "a", "b"], "one more"],
    [["plan", "a", "--out", "x"], "takes no option --out"],
    [["run", "a", "--device", "tpu"], "There is no device “tpu”"],
    [["run", "a", "--memory", "lots"], "--memory takes gigabytes above 0"],
    [["validate", "a", "--memory", "4"], "takes no option --memory"],
  ] as const) {
    expect(() => readArguments(argv)).toThrow(sentence);
  }
});
