import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { nodesByType } from "../../nodes/catalog.ts";
import { expandSubgraphs } from "../../shared/subgraph/expand.ts";
import { serializeWorkflow } from "../../shared/workflow/serialize.ts";
import type { Workflow } from "../../shared/workflow/workflow.ts";
import { writeNpy } from "../engine/files/npy.ts";
import { readArguments } from "./arguments.ts";
import { eventsOf, fairlead } from "./testing.ts";

const examples = resolve(__dirname, "../../assets/workflows");
const hello = join(examples, "hello.fairlead.json");
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-cli-"));
  process.env.XDG_CACHE_HOME = join(folder, "cache");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const freshFolder = () => mkdtempSync(join(folder, "out-"));

/** Writes a changed hello. */
function variant(
  name: string,
  change: (workflow: { nodes: Record<string, unknown>[]; edges: unknown[] }) => void,
): string {
  const workflow = JSON.parse(readFileSync(hello, "utf8"));
  change(workflow);
  const path = join(folder, `${name}.fairlead.json`);
  writeFileSync(path, JSON.stringify(workflow));
  return path;
}

const nodeOf = (workflow: { nodes: Record<string, unknown>[] }, id: string) =>
  workflow.nodes.find((node) => node.id === id) as { type: string; params: Record<string, unknown> };

test("hello gives one picture that carries its workflow, and running the picture gives the same bytes", async () => {
  const out = freshFolder();
  const first = await fairlead("run", hello, "--json", "--device", "cpu", "--out", out);
  expect(first).toMatchObject({ code: 0, errors: [] });
  const list = eventsOf(first.out);
  expect(list.filter((event) => event.event === "progress")).toHaveLength(20);
  expect(list.find((event) => event.event === "output")).toEqual({
    event: "output",
    node: "save",
    kind: "image",
    path: join(out, "hello.png"),
  });
  const done = list[list.length - 1];
  expect(done).toMatchObject({ event: "done", nfe: 40, runs: 20, backward: 0 });
  expect(Object.keys(done)).toEqual([
    "event",
    "wallMs",
    "loadMs",
    "modelMs",
    "gradientMs",
    "nfe",
    "runs",
    "backward",
    "peakRssBytes",
  ]);
  const again = await fairlead("run", join(out, "hello.png"), "--json", "--device", "cpu", "--out", out);
  expect(again.code).toBe(0);
  expect(readdirSync(out).sort()).toEqual(["hello (2).png", "hello.png"]);
  expect(readFileSync(join(out, "hello (2).png"))).toEqual(readFileSync(join(out, "hello.png")));
});

test.each(readdirSync(examples).filter((name) => name.endsWith(".json")))(
  "%s runs, and plan foretells what it costs",
  async (name) => {
    const file = join(examples, name);
    const plan = eventsOf((await fairlead("plan", file, "--json")).out);
    expect(plan).toHaveLength(1);
    const { code, out } = await fairlead("run", file, "--json", "--device", "cpu", "--out", freshFolder());
    expect(code).toBe(0);
    const done = eventsOf(out).at(-1);
    // Only a node that decides by data may give a bound instead of the count.
    const document = JSON.parse(readFileSync(file, "utf8")) as Workflow;
    const { nodes } = expandSubgraphs(document, nodesByType).workflow;
    if (nodes.every(({ type }) => nodesByType.get(type)!.upperBound !== true)) expect(plan[0].upperBound).toBe(false);
    expect(nodes.map(({ type }) => type)).toContain("view/note");
    const costs = ["nfe", "runs", "backward"].map((name) => [done?.[name], plan[0][name]] as [number, number]);
    for (const [actual, foretold] of costs) {
      if (plan[0].upperBound) expect(actual).toBeLessThanOrEqual(foretold);
      else expect(actual).toBe(foretold);
    }
    expect((await fairlead("validate", file, "--json")).code).toBe(0);
  },
);

test("seeds of 64 bits keep every digit from --set into the picture", async () => {
  const out = freshFolder();
  await fairlead(
    "run",
    hello,
    "--set",
    "noise.seed=18446744073709551615",
    "--set",
    "schedule.steps=1",
    "--out",
    out,
    "--device",
    "cpu",
  );
  expect(readFileSync(join(out, "hello.png")).includes('"seed": 18446744073709551615')).toBe(true);
  const random = await fairlead(
    "run",
    hello,
    "--set",
    "noise.seedMode=random",
    "--set",
    "schedule.steps=1",
    "--out",
    out,
    "--device",
    "cpu",
  );
  expect(random.code).toBe(0);
  const text = readFileSync(join(out, "hello (2).png")).toString("latin1");
  expect(text).toContain('"seedMode": "fixed"');
  expect((await fairlead("run", hello, "--set", "noise.seed=18446744073709551616", "--json")).errors[0]).toContain(
    "Seeds go from 0 to 18446744073709551615.",
  );
});

test("a parameter that a node does not have is refused, not swallowed", async () => {
  const { code, errors } = await fairlead("run", hello, "--set", "schedule.step=5");
  expect({ code, errors }).toEqual({
    code: 1,
    errors: [
      expect.stringMatching(
        /^--set schedule\.step: Schedule has no parameter “step”\. It has schedule, steps, strength, .*\.$/,
      ),
    ],
  });
});

test("scores are metrics, one value for each sample", async () => {
  const { out } = await fairlead(
    "run",
    join(examples, "best-of-n.fairlead.json"),
    "--json",
    "--device",
    "cpu",
    "--out",
    freshFolder(),
  );
  const metric = eventsOf(out).find((event) => event.event === "metric" && event.name === "score") as {
    name: string;
    value: number[];
    node: string;
  };
  expect(metric).toMatchObject({ node: "score", name: "score" });
  expect(metric.value).toHaveLength(8);
});

test("the contact sheet's images are those of single seeds", async () => {
  const out = freshFolder();
  const file = join(examples, "contact-sheet.fairlead.json");
  const add = variantOf(file, "sheet", (workflow) => {
    workflow.nodes.push({ id: "each", type: "image/save", params: { name: "each" } });
    workflow.edges.push({ from: ["decode", "image"], to: ["each", "image"] });
  });
  await fairlead(
    "run",
    add,
    "--device",
    "cpu",
    "--out",
    out,
    "--set",
    "schedule.steps=4",
    "--set",
    "each.embedWorkflow=false",
  );
  expect(readdirSync(out)).toContain("each-8.png");
  await fairlead(
    "run",
    add,
    "--device",
    "cpu",
    "--out",
    out,
    "--set",
    "schedule.steps=4",
    "--set",
    "latent.batch=1",
    "--set",
    "noise.seed=108",
    "--set",
    "each.name=alone",
    "--set",
    "each.embedWorkflow=false",
  );
  const [many, alone] = [readFileSync(join(out, "each-8.png")), readFileSync(join(out, "alone.png"))];
  // Batches of other sizes may differ in the last bits of the network's sums, so only the sizes are compared to the byte.
  expect(Math.abs(many.length - alone.length)).toBeLessThan(64);
});

function variantOf(
  file: string,
  name: string,
  change: (workflow: { nodes: Record<string, unknown>[]; edges: unknown[] }) => void,
): string {
  const workflow = JSON.parse(readFileSync(file, "utf8"));
  change(workflow);
  const path = join(folder, `${name}.fairlead.json`);
  writeFileSync(path, JSON.stringify(workflow));
  return path;
}

type Change = Parameters<typeof variant>[1];
const broken: [string, Change, string, string | null][] = [
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

test("every node is listed, as lines and as JSON", async () => {
  const lines = (await fairlead("nodes")).out.join("\n");
  const list = eventsOf((await fairlead("nodes", "--json")).out);
  for (const node of list) expect(lines).toContain(node.type);
  expect(list.find((node) => node.type === "guidance/cfg")).toMatchObject({
    params: { scale: { kind: "curve", default: 4 } },
  });
});

test("a graph of 10,000 nodes is planned, dead ones dropped", async () => {
  const nodes: unknown[] = [];
  const edges: unknown[] = [];
  const add = (id: string, type: string) => nodes.push({ id, type });
  const link = (from: string, to: string) => edges.push({ from: from.split("."), to: to.split(".") });
  for (const [id, type] of [
    ["m", "model/load"],
    ["sigmas", "sigmas/schedule"],
    ["noise", "noise/gaussian"],
    ["latent", "latent/empty"],
    ["sample", "sampler/sample"],
    ["decode", "latent/decode"],
    ["dead", "text/encode"],
  ])
    add(id as string, type as string);
  for (const to of ["sigmas", "latent", "decode"]) link("m.model", `${to}.model`);
  add("g-1", "text/encode");
  for (let i = 0; i < 3330; i++) {
    add(`t${i}`, "text/encode");
    add(`d${i}`, "denoiser/condition");
    add(`g${i}`, "guidance/cfg");
    link("m.model", `t${i}.model`);
    link("m.model", `d${i}.model`);
    link(`t${i}.conditioning`, `d${i}.conditioning`);
    link(`d${i}.denoiser`, `g${i}.strong`);
    link(i === 0 ? "d0.denoiser" : `g${i - 1}.denoiser`, `g${i}.weak`);
  }
  for (const text of [
    "g3329.denoiser sample.denoiser",
    "sigmas.sigmas sample.sigmas",
    "noise.noise sample.noise",
    "latent.latent sample.latent",
    "sample.latent decode.latent",
  ]) {
    const [from, to] = text.split(" ") as [string, string];
    link(from, to);
  }
  const path = join(folder, "large.fairlead.json");
  writeFileSync(path, serializeWorkflow({ fairlead: 1, nodes, edges } as unknown as Workflow));
  const { code, out } = await fairlead("plan", path, "--json");
  expect(code).toBe(0);
  const [plan] = eventsOf(out) as { steps: unknown[]; nfe: number }[];
  expect(plan.steps).toHaveLength(6 + 3 * 3330);
  expect(plan.nfe).toBe(20 * 3330);
});
