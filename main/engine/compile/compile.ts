import { isAbsolute } from "node:path";
import type { ModelInfo } from "../../../shared/model.ts";
import type { NodeProblem } from "../../../shared/node/define.ts";
import { labelOf } from "../../../shared/node/names.ts";
import type { Param, ParamValue } from "../../../shared/node/params.ts";
import type { Port } from "../../../shared/node/ports.ts";
import { functionWires, type WireType } from "../../../shared/node/wires.ts";
import type { Cost, Diagnostic, Plan, PlanStep, Source } from "../../../shared/plan.ts";
import { formatShape, sizeOf } from "../../../shared/tensor/tensor.ts";
import type { Workflow } from "../../../shared/workflow/workflow.ts";
import { completeParams, paramArguments } from "./arguments.ts";
import { reportChainOrder, type Standing } from "./chainOrder.ts";
import { forecastCost, type PlannedStep } from "./cost.ts";
import { layOut, own, type Placed, problem, type Registry } from "./document.ts";
import type { CompileFacts } from "./facts.ts";
import { contentKey } from "./keys.ts";
import { isOutput, reachable, sortNodes } from "./order.ts";

export interface Compiled {
  /** Null while there are errors. */
  readonly plan: Plan | null;
  readonly diagnostics: readonly Diagnostic[];
  /** Forecasts of outputs by node id, for cards and tooltips; also of nodes that no run needs. */
  readonly forecasts: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** The document with its subgraphs written out: steps and forecasts go by its ids. */
  readonly expanded: Workflow;
}

const noOutput = "Nothing here shows, writes or measures anything. Add a Save image or Preview node.";
const allMuted = "All that would show, write or measure something is muted, or needs a muted node. Unmute one.";

/**
 * Turns a document into a plan, or says why it cannot run. Pure and linear in the size of the document; opens nothing.
 * In parts that no output needs, problems are warnings.
 */
export function compile(workflow: Workflow, registry: Registry, facts: CompileFacts): Compiled {
  const { placed, damage, around, off, expanded } = layOut(workflow, registry);
  const needed = reachable(placed);
  const { order, cycles } = sortNodes(placed);
  const planned = new Map<string, PlannedStep>();
  const standings = new Map<string, Standing>();
  for (const one of order) {
    if (!one.definition || one.definition.inert) continue;
    planned.set(one.node.id, planStep(one, planned, facts));
    const standing = reportChainOrder(one, standings);
    if (standing) standings.set(one.node.id, standing);
  }
  const needs = (id: string | null) => id === null || needed.has(id);
  const holders = new Set([...needed].flatMap(holdersOf));
  const diagnostics = [...damage, ...around.map((found) => softened(found, holders.has(found.node ?? "")))];
  for (const found of cycles) diagnostics.push(softened(found, needs(found.node)));
  for (const one of placed.values())
    for (const found of one.problems) diagnostics.push(softened(found, needs(one.node.id)));
  if (needed.size === 0 && diagnostics.every((found) => found.severity !== "error")) {
    diagnostics.push(problem(null, null, off.size > 0 ? allMuted : noOutput));
  }
  const forecasts = new Map([...planned].map(([id, step]) => [id, step.forecast]));
  const told = { forecasts, expanded };
  if (diagnostics.some((found) => found.severity === "error"))
    return { plan: null, diagnostics: distinct(diagnostics), ...told };
  const steps = order.flatMap((one) => (needed.has(one.node.id) ? [planned.get(one.node.id)!] : []));
  const { cost, nfe, excess, idle } = forecastCost(steps, facts);
  diagnostics.push(...idle);
  if (excess) diagnostics.push(problem(excess.step, null, noRoom(excess.bytes, facts.budgetBytes), "warning"));
  const all = distinct(diagnostics);
  return { plan: finish(steps, cost, nfe, all), diagnostics: all, ...told };
}

/** Paths of the instances around a node: "a/b/c" is held by "a/b" and "a". */
function holdersOf(id: string): string[] {
  const parts = id.split("/");
  return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join("/"));
}

/** An open input of a subgraph that feeds several inner nodes is one problem. */
function distinct(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...new Map(diagnostics.map((found) => [JSON.stringify(found), found])).values()];
}

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;

function noRoom(bytes: number, budgetBytes: number): string {
  return `One call of its network needs about ${gigabytes(bytes)} of memory, but there are ${gigabytes(budgetBytes)} for networks. Lower the size or the batch, close other programs, or allow more memory.`;
}

function softened(found: Diagnostic, isNeeded: boolean): Diagnostic {
  return isNeeded ? found : { ...found, severity: "warning" };
}

function planStep(one: Placed, planned: ReadonlyMap<string, PlannedStep>, facts: CompileFacts): PlannedStep {
  const definition = one.definition!;
  const params = completeParams(definition, one.node.params);
  const inputs: Record<string, Source[]> = {};
  for (const name of [...Object.keys(definition.inputs), ...Object.keys(definition.params)]) {
    const links = one.links.get(name);
    if (links) inputs[name] = links.map((link) => ({ step: link.from, output: link.output }));
  }
  const key = contentKey(definition, params, inputs, (id) => planned.get(id)?.key ?? "missing", facts);
  const outputs = Object.values(definition.outputs) as Port[];
  const kind = outputs.length > 0 && outputs.every((port) => functionWires.has(port.wire)) ? "function" : "value";
  const known = knownInputs(one, planned);
  const args = paramArguments(definition, params, known.params);
  const used = [...one.used].filter((name) => own(definition.outputs, name));
  const step = {
    id: one.node.id,
    definition,
    key,
    kind,
    params,
    inputs,
    used,
    isOutput: isOutput(one),
    args,
    known: known.inputs,
  } as const;
  const needs = kind === "value" ? valueSteps(inputs, planned) : [];
  return { ...step, needs, forecast: forecastOf(one, step, facts) };
}

/** Forecasts of what arrives at a node's ports and wired parameters. */
function knownInputs(one: Placed, planned: ReadonlyMap<string, PlannedStep>) {
  const inputs: Record<string, unknown> = {};
  const params: Record<string, unknown> = {};
  for (const [name, links] of one.links) {
    const values = links.map((link) => planned.get(link.from)?.forecast[link.output]);
    const port = own(one.definition!.inputs, name) as Port | undefined;
    if (port) inputs[name] = port.many ? values : values[0];
    else params[name] = values[0];
  }
  for (const [name, port] of Object.entries(one.definition!.inputs) as [string, Port][]) {
    if (port.many && !(name in inputs)) inputs[name] = [];
  }
  return { inputs, params };
}

/**
 * Value steps whose results must be there before a value step can run: direct ones, and those behind function wires,
 * which are built with it. Function steps wait for nothing themselves.
 */
function valueSteps(
  inputs: Readonly<Record<string, readonly Source[]>>,
  planned: ReadonlyMap<string, PlannedStep>,
): string[] {
  const needs = new Set<string>();
  const seen = new Set<string>();
  const waiting = Object.values(inputs).flat();
  while (waiting.length > 0) {
    const { step } = waiting.pop()!;
    if (seen.has(step)) continue;
    seen.add(step);
    const source = planned.get(step);
    if (source?.kind === "value") needs.add(step);
    else if (source) waiting.push(...Object.values(source.inputs).flat());
  }
  return [...needs];
}

type Draft = Omit<PlannedStep, "needs" | "forecast">;

function forecastOf(one: Placed, step: Draft, facts: CompileFacts): Readonly<Record<string, unknown>> {
  reportMissingFiles(one, step.params, facts);
  reportLackedParts(one, step);
  const behind = modelBehind(step);
  if (!step.definition.forecast || one.problems.some((found) => found.severity === "error")) return behind;
  const report = (found: NodeProblem) =>
    one.problems.push(problem(one.node.id, found.port ?? null, found.message, found.severity));
  const forecast = step.definition.forecast(step.known, step.args, { facts, problem: report });
  reportTooLarge(one, forecast, facts);
  return { ...behind, ...forecast };
}

/** Denoisers have the model of the first denoiser, else model, that they are made of. */
function modelBehind(step: Draft): Readonly<Record<string, unknown>> {
  const outputs = Object.entries(step.definition.outputs).filter(([, port]) => port.wire === "denoiser");
  if (outputs.length === 0) return {};
  const ofType = (wire: WireType) => Object.entries(step.definition.inputs).find(([, port]) => port.wire === wire)?.[0];
  const denoiser = ofType("denoiser");
  const known = denoiser ? [step.known[denoiser]].flat()[0] : { model: step.known[ofType("model") ?? ""] };
  const model = (known as { readonly model?: unknown } | undefined)?.model;
  return model ? Object.fromEntries(outputs.map(([name]) => [name, { model }])) : {};
}

/** A part of its model that a node runs, where the model has none. */
function reportLackedParts(one: Placed, { definition, known }: Draft): void {
  const model = known.model as ModelInfo | undefined;
  const messages = (definition.sessions ?? []).map((part) => model?.lacks?.[part]);
  for (const message of new Set(messages)) if (message) one.problems.push(problem(one.node.id, "model", message));
}

function reportTooLarge(one: Placed, forecast: Readonly<Record<string, unknown>>, facts: CompileFacts): void {
  for (const [name, port] of Object.entries(one.definition!.outputs) as [string, Port][]) {
    const shape = (forecast[name] as { readonly shape?: readonly number[] } | undefined)?.shape;
    if (!shape || !one.used.has(name) || sizeOf(shape) * 4 <= facts.memoryBytes) continue;
    const message = `${labelOf(name, port)} would be ${formatShape(shape)} (${gigabytes(sizeOf(shape) * 4)}), but this machine has ${gigabytes(facts.memoryBytes)}. Lower the size or the batch.`;
    one.problems.push(problem(one.node.id, null, message));
  }
}

function reportMissingFiles(one: Placed, params: Readonly<Record<string, ParamValue>>, facts: CompileFacts): void {
  for (const [name, param] of Object.entries(one.definition!.params) as [string, Param][]) {
    const path = params[name];
    if (param.kind !== "file" || typeof path !== "string" || path === "" || facts.fingerprint(path) !== null) continue;
    // Folders explain themselves better (what is missing in them) in the node's own forecast.
    if (param.what === "model-folder") continue;
    // A relative path of a network starts at the folder of the node's model, which is opened when it runs.
    if (param.what === "onnx" && !isAbsolute(path)) continue;
    one.problems.push(problem(one.node.id, name, `There is no file ${path}. Choose another one.`));
  }
}

function finish(
  steps: readonly PlannedStep[],
  cost: Cost,
  nfe: ReadonlyMap<string, { readonly nfe: number; readonly upperBound: boolean }>,
  diagnostics: readonly Diagnostic[],
): Plan {
  const finished: PlanStep[] = steps.map(({ id, definition, key, kind, params, inputs, needs, used, isOutput }) => ({
    id,
    type: definition.type,
    key,
    kind,
    params,
    inputs,
    needs,
    used,
    isOutput,
    nfe: nfe.get(id)?.nfe ?? 0,
    upperBound: nfe.get(id)?.upperBound ?? false,
  }));
  return { steps: finished, cost, diagnostics };
}
