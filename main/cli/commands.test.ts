import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { nodesByType } from "../../nodes/catalog.ts";
import { expandSubgraphs } from "../../shared/subgraph/expand.ts";
import { serializeWorkflow } from "../../shared/workflow/serialize.ts";
import type { Workflow } from "../../shared/workflow/workflow.ts";
import { changedWorkflow, eventsOf, fairlead } from "./testing.ts";

const examples = resolve(__dirname, "../../assets/workflows");
const hello = join(examples, "hello.fairlead.json");
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-cli-"));
  process.env.XDG_CACHE_HOME = join(folder, "cache");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const freshFolder = () => mkdtempSync(join(folder, "out-"));

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
  const add = changedWorkflow(file, join(folder, "sheet.fairlead.json"), (workflow) => {
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
