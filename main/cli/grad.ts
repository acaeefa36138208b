import { resolve } from "node:path";
import { type CheckResult, checkGradient } from "../engine/grad/check.ts";
import { coverageOf, type OperatorCoverage } from "../engine/grad/coverage.ts";
import { differentiate } from "../engine/grad/differentiate.ts";
import { readWholeModel, writeGradientFile } from "../engine/grad/gradientFile.ts";
import { isFloatType, type OnnxGraph, type OnnxPort } from "../engine/onnx/document.ts";
import type { Streams } from "./commands.ts";
import type { GradArguments } from "./gradArguments.ts";

interface Surroundings {
  readonly streams: Streams;
  readonly signal: AbortSignal;
  readonly json: boolean;
}

/** Directions in which --check compares, and by how much a gradient may differ along them. */
const [directions, tolerance, halfTolerance] = [8, 0.01, 0.05];

/** `fairlead grad`: writes the gradient graph of a network, or checks it. Returns the exit code. */
export async function runGrad(file: string, args: GradArguments, around: Surroundings): Promise<number> {
  const started = performance.now();
  try {
    const done = args.out === null ? await check(file, args, around) : write(file, args, args.out, around);
    if (around.json) around.streams.out(JSON.stringify(doneEvent(performance.now() - started, await done)));
    return 0;
  } catch (error) {
    if (around.signal.aborted) return 130;
    const message = (error as Error).message;
    around.streams.error(message);
    if (around.json) around.streams.out(JSON.stringify({ event: "error", node: null, port: null, message }));
    return 1;
  }
}

interface Work {
  readonly backward: number;
  readonly modelMs: number;
  readonly gradientMs: number;
}

function doneEvent(wallMs: number, { backward, modelMs, gradientMs }: Work) {
  const peakRssBytes = process.resourceUsage().maxRSS * 1024;
  return { event: "done", wallMs, loadMs: 0, modelMs, gradientMs, nfe: 0, runs: 0, backward, peakRssBytes };
}

function write(file: string, { of, wrt }: GradArguments, out: string, { streams, json }: Surroundings): Work {
  const { path, dataPaths, graph } = writeGradientFile(file, { of: [of!], wrt, keepsOutputs: true }, resolve(out));
  for (const [kind, one] of [["onnx", path], ...dataPaths.map((data) => ["weights", data])]) {
    streams.out(json ? JSON.stringify({ event: "output", node: null, kind, path: one }) : `Wrote ${one}`);
  }
  if (!json) streams.out(`${graph.nodes.length} nodes: gives ${graph.outputs.map(({ name }) => name).join(", ")}`);
  return { backward: 0, modelMs: 0, gradientMs: 0 };
}

async function check(file: string, args: GradArguments, { streams, json, signal }: Surroundings): Promise<Work> {
  const model = readWholeModel(file);
  const of = args.of ?? firstFloat(model.outputs, "output");
  const wrt = args.wrt.length > 0 ? args.wrt : floats(model.inputs);
  if (wrt.length === 0) throw new Error("The model has no input with a gradient.");
  const coverage = coverageOf(model, { of: [of], wrt });
  for (const line of json ? coverage.map(operatorEvent) : coverageLines(coverage)) streams.out(line);
  differentiate(model, { of: [of], wrt, keepsOutputs: true });
  const result = await checkGradient(resolve(file), { of, wrt, directions, batch: 1, shapes: args.shapes, signal });
  for (const [name, error] of Object.entries(result.errors)) {
    const event = { event: "metric", node: null, name: `error/${name}`, value: error };
    streams.out(json ? JSON.stringify(event) : errorLine(of, name, error));
  }
  if (!json) streams.out(timeLine(result));
  requireClose(model, result);
  const { forwardMs, gradientMs } = result;
  return { backward: 1, modelMs: forwardMs + gradientMs, gradientMs };
}

const floats = (ports: readonly OnnxPort[]) => ports.flatMap(({ name, dtype }) => (isFloatType(dtype) ? [name] : []));

function firstFloat(ports: readonly OnnxPort[], what: string): string {
  const [first] = floats(ports);
  if (first === undefined) throw new Error(`The model has no ${what} with a gradient.`);
  return first;
}

const operatorEvent = (row: OperatorCoverage) => JSON.stringify({ event: "operator", ...row });

function coverageLines(coverage: readonly OperatorCoverage[]): string[] {
  const width = Math.max(8, ...coverage.map(({ op }) => op.length));
  const row = (op: string, count: string, needed: string, support: string) =>
    `${op.padEnd(width)}  ${count.padStart(6)}  ${needed.padStart(10)}  ${support}`;
  return [
    row("Operator", "nodes", "on the way", "gradient"),
    ...coverage.map(({ op, count, needed, support }) => row(op, String(count), String(needed), support)),
  ];
}

function errorLine(of: string, name: string, error: number): string {
  const percent = `${(100 * error).toPrecision(2)} %`;
  return `Gradient of ${of} by ${name}: at most ${percent} from central differences along ${directions} directions`;
}

const timeLine = ({ forwardMs, gradientMs }: CheckResult) =>
  `Value ${forwardMs.toFixed(1)} ms, value and gradient ${gradientMs.toFixed(1)} ms: ${(gradientMs / forwardMs).toFixed(2)} times`;

/** Throws if a gradient is too far from the differences. */
function requireClose(model: OnnxGraph, { errors }: CheckResult): void {
  const isHalf = model.inputs.some(({ dtype }) => dtype === "float16" || dtype === "bfloat16");
  const allowed = isHalf ? halfTolerance : tolerance;
  const far = Object.entries(errors).filter(([, error]) => !(error < allowed));
  if (far.length === 0) return;
  const names = far.map(([name, error]) => `${name} by ${(100 * error).toPrecision(2)} %`).join(", ");
  throw new Error(`The gradient differs from central differences: ${names}, more than ${100 * allowed} %.`);
}
