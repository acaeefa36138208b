import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { OnnxGraph, OnnxPort } from "../engine/onnx/document.ts";
import { encodeModel } from "../engine/onnx/write.ts";
import { openSession } from "../engine/runtime/session.ts";
import { readArguments } from "./arguments.ts";
import { eventsOf, fairlead } from "./testing.ts";

const embedded = resolve(__dirname, "../../assets/models/emoji-scenes");
const classifier = join(embedded, "classifiers/classifier_latent.onnx");
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-grad-cli-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A folder with the classifier in it, or empty. */
function freshFolder(withModel: boolean): string {
  const fresh = mkdtempSync(join(folder, "case-"));
  if (withModel) linkOrSkip(classifier, join(fresh, "model.onnx"));
  return fresh;
}

function linkOrSkip(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    rmSync(to, { force: true });
    copyFileSync(from, to);
  }
}

const wanted = ["--of", "logits", "--wrt", "sample"];

/** Runs a written gradient graph on small numbers. */
async function gradientOf(path: string) {
  const session = await openSession(path, { provider: "cpu", threads: 1 });
  const numbers = (count: number) => Float32Array.from({ length: count }, (_, i) => Math.sin(i));
  const classes = session.inputs["cotangent/logits"].shape[1]!;
  const results = await session.run({
    sample: { data: numbers(1024), shape: [1, 4, 16, 16] },
    timestep: { data: Float32Array.of(300), shape: [1] },
    "cotangent/logits": { data: numbers(classes), shape: [1, classes] },
  });
  await session.release();
  return { inputs: Object.keys(session.inputs), outputs: Object.keys(session.outputs), results };
}

test("in the model's own folder the weights stay where they are", async () => {
  const own = freshFolder(true);
  const ran = await fairlead("grad", join(own, "model.onnx"), ...wanted, "--out", join(own, "g.onnx"), "--json");
  expect(ran).toMatchObject({ code: 0, errors: [] });
  expect(eventsOf(ran.out)[0]).toEqual({ event: "output", node: null, kind: "onnx", path: join(own, "g.onnx") });
  expect(eventsOf(ran.out).at(-1)).toMatchObject({ event: "done", nfe: 0, runs: 0, backward: 0 });
  expect(readdirSync(own).sort()).toEqual(["g.onnx", "model.onnx"]);
  expect(statSync(join(own, "g.onnx")).size).toBeLessThan(statSync(classifier).size / 4);
  const { inputs, outputs, results } = await gradientOf(join(own, "g.onnx"));
  expect(inputs).toEqual(["sample", "timestep", "cotangent/logits"]);
  expect(outputs).toEqual(["logits", "gradient/sample"]);
  expect(results["gradient/sample"].shape).toEqual([1, 4, 16, 16]);
});

test("elsewhere the weights lie in a data file beside it, with the same result", async () => {
  const [own, other] = [freshFolder(true), join(freshFolder(false), "deeper")];
  const model = join(own, "model.onnx");
  await fairlead("grad", model, ...wanted, "--out", join(own, "g.onnx"));
  const ran = await fairlead("grad", model, ...wanted, "--out", join(other, "g.onnx"));
  expect(ran).toMatchObject({ code: 0, errors: [] });
  expect(readdirSync(other).sort()).toEqual(["g.onnx", "g.onnx.data"]);
  expect(statSync(join(other, "g.onnx.data")).size).toBe(statSync(model).size);
  const [a, b] = [await gradientOf(join(own, "g.onnx")), await gradientOf(join(other, "g.onnx"))];
  expect(b.results["gradient/sample"].data).toEqual(a.results["gradient/sample"].data);
});

test("a taken name becomes the next one", async () => {
  const own = freshFolder(false);
  for (const name of ["g.onnx", "g (2).onnx"]) {
    const ran = await fairlead("grad", classifier, ...wanted, "--out", join(own, "g.onnx"));
    expect(ran.out[0]).toBe(`Wrote ${join(own, name)}`);
    expect(existsSync(join(own, name))).toBe(true);
  }
});

test("--check lists operators and compares with differences", async () => {
  const ran = await fairlead("grad", classifier, "--check", "--wrt", "sample", "--json");
  expect(ran).toMatchObject({ code: 0, errors: [] });
  const list = eventsOf(ran.out);
  const conv = list.find((event) => event.op === "Conv");
  expect(conv).toMatchObject({ event: "operator", support: "rule", needed: conv!.count });
  expect(list.filter((event) => event.event === "operator" && event.support === "missing")).toEqual([]);
  const error = list.find((event) => event.event === "metric");
  expect(error).toMatchObject({ node: null, name: "error/sample" });
  expect(error!.value).toBeLessThan(0.002);
  expect(list.at(-1)).toMatchObject({ event: "done", backward: 1 });
});

test("--check speaks to people too, at other sizes where asked", async () => {
  const ran = await fairlead("grad", classifier, "--check", "--wrt", "sample", "--shape", "sample=2x4x16x16");
  expect(ran).toMatchObject({ code: 0, errors: [] });
  expect(ran.out[0]).toMatch(/^Operator +nodes +on the way +gradient$/);
  expect(ran.out.at(-2)).toMatch(/^Gradient of logits by sample: at most 0\.\d+ % from central differences/);
});

const port = (name: string): OnnxPort => ({ name, dtype: "float32", shape: [3, 3] });

/** A file of y = op(x) in a folder of its own. */
function modelOf(op: string, change: Partial<OnnxGraph> = {}): string {
  const graph: OnnxGraph = {
    name: "g",
    nodes: [{ op, name: "odd", inputs: ["x"], outputs: ["y"] }],
    weights: [],
    inputs: [port("x")],
    outputs: [port("y")],
    opset: 17,
    ...change,
  };
  const path = join(freshFolder(false), "m.onnx");
  writeFileSync(path, encodeModel(graph));
  return path;
}

test("an operator without a rule is named, with what to do, and nothing is written", async () => {
  const model = modelOf("Det");
  const out = join(freshFolder(false), "g.onnx");
  const ran = await fairlead("grad", model, "--of", "y", "--wrt", "x", "--out", out, "--json");
  const message =
    "The gradient stops at node “odd” (Det): it has no rule. Take another output, or a reward without gradient.";
  expect(ran).toMatchObject({ code: 1, errors: [message] });
  expect(eventsOf(ran.out)).toEqual([{ event: "error", node: null, port: null, message }]);
  expect(existsSync(out)).toBe(false);
  const checked = await fairlead("grad", model, "--check");
  expect(checked).toMatchObject({ code: 1, errors: [message] });
  expect(checked.out[1]).toMatch(/^Det +1 +1 +missing$/);
});

test("names that do not exist, missing files and folders are told", async () => {
  const out = ["--out", join(folder, "never.onnx")];
  const told = async (...argv: string[]) => (await fairlead("grad", ...argv)).errors;
  expect(await told(classifier, "--of", "scores", "--wrt", "sample", ...out)).toEqual([
    "There is no output “scores”. The model has logits.",
  ]);
  expect(await told(classifier, "--of", "logits", "--wrt", "image", ...out)).toEqual([
    "There is no input or weight “image”. The model's inputs are sample, timestep.",
  ]);
  expect(await told(join(folder, "none.onnx"), "--check")).toEqual([`There is no file ${join(folder, "none.onnx")}.`]);
  mkdirSync(join(folder, "dir"), { recursive: true });
  expect((await told(join(folder, "dir"), "--check"))[0]).toMatch(/is a folder/);
});

test("wrong usage is told before anything is read", () => {
  const refused = (...argv: string[]) => expect(() => readArguments(["grad", ...argv]));
  refused("m.onnx").toThrow("fairlead grad needs --of OUTPUT and --wrt INPUT and --out FILE, or --check.");
  refused("m.onnx", "--of", "y", "--wrt", "x").toThrow("fairlead grad needs --out FILE, or --check.");
  refused("m.onnx", "--check", "--out", "f").toThrow("leave out --out");
  refused("m.onnx", "--check", "--shape", "x=1xa").toThrow("--shape x=1xa is not");
  refused("--check").toThrow("needs a FILE");
  expect(() => readArguments(["run", "w.json", "--of", "y"])).toThrow("takes no option --of");
});
