import type { Denoiser } from "../../../shared/denoiser.ts";
import type { NodeContext } from "../../../shared/node/context.ts";
import type { AnyNode } from "../../../shared/node/define.ts";
import type { Port } from "../../../shared/node/ports.ts";
import type { PlanStep, Source } from "../../../shared/plan.ts";
import { paramArguments } from "../compile/arguments.ts";
import type { StepValues } from "./cache.ts";
import { denoiserWire } from "./denoiserWire.ts";
import { failureAt } from "./failure.ts";
import type { Probe } from "./probe.ts";
import type { Scope } from "./scope.ts";

export interface Workshop {
  readonly steps: ReadonlyMap<string, PlanStep>;
  readonly registry: ReadonlyMap<string, AnyNode>;
  /** Values of the value steps that have run. */
  readonly values: ReadonlyMap<string, StepValues>;
  readonly signal: AbortSignal;
  readonly scope: Scope;
  contextOf(step: PlanStep): NodeContext;
}

export interface Gathered {
  readonly inputs: Record<string, unknown>;
  readonly args: Record<string, unknown>;
}

/**
 * Inputs and arguments of a value step. Function wires behind it are built for it alone, each once, so a `let` in a
 * node's `build` lives exactly as long as one consumer's run. Does not recurse.
 */
export function gather(step: PlanStep, shop: Workshop): Gathered {
  const built = new Map<string, StepValues>();
  for (const id of functionOrder(step, shop)) built.set(id, buildStep(shop.steps.get(id)!, step.id, shop, built));
  const { inputs, args } = gatherFrom(step, shop, built);
  const definition = shop.registry.get(step.type)!;
  const probe = shop.scope.probe(step.id, definition, step.id);
  return { inputs: shop.scope.inputsOf(step.id, definition, inputs, probe), args };
}

/** Function steps behind a step, each after what it reads. */
function functionOrder(step: PlanStep, { steps }: Workshop): string[] {
  const order: string[] = [];
  const state = new Map<string, "open" | "done">();
  const stack = sourcesOf(step).map((source) => source.step);
  while (stack.length > 0) {
    const id = stack[stack.length - 1];
    const found = steps.get(id)!;
    if (found.kind === "value" || state.get(id) === "done") {
      stack.pop();
    } else if (state.get(id) === "open") {
      state.set(id, "done");
      order.push(id);
      stack.pop();
    } else {
      state.set(id, "open");
      for (const source of sourcesOf(found)) if (!state.has(source.step)) stack.push(source.step);
    }
  }
  return order;
}

function sourcesOf(step: PlanStep): Source[] {
  return Object.values(step.inputs).flat();
}

function gatherFrom(step: PlanStep, shop: Workshop, built: ReadonlyMap<string, StepValues>): Gathered {
  const definition = shop.registry.get(step.type)!;
  const read = (source: Source) => (built.get(source.step) ?? shop.values.get(source.step))?.[source.output];
  const inputs: Record<string, unknown> = {};
  const wired: Record<string, unknown> = {};
  for (const [name, port] of Object.entries(definition.inputs) as [string, Port][]) {
    const sources = step.inputs[name] ?? [];
    inputs[name] = port.many ? sources.map(read) : sources[0] && read(sources[0]);
  }
  for (const name of Object.keys(definition.params)) {
    const source = step.inputs[name]?.[0];
    if (source) wired[name] = read(source);
  }
  return { inputs, args: paramArguments(definition, step.params, wired) };
}

/** Builds a function step for one consumer. */
function buildStep(
  step: PlanStep,
  consumer: string,
  shop: Workshop,
  built: ReadonlyMap<string, StepValues>,
): StepValues {
  const definition = shop.registry.get(step.type)!;
  const { inputs, args } = gatherFrom(step, shop, built);
  const probe = shop.scope.probe(step.id, definition, consumer);
  try {
    const watched = shop.scope.inputsOf(step.id, definition, inputs, probe);
    const outputs = definition.build!(watched, args, shop.contextOf(step));
    return wrapDenoisers(step, outputs, inputs, shop, probe);
  } catch (error) {
    throw failureAt(step.id, error);
  }
}

function wrapDenoisers(
  step: PlanStep,
  outputs: StepValues,
  inputs: Record<string, unknown>,
  shop: Workshop,
  probe: Probe | null,
): StepValues {
  const definition = shop.registry.get(step.type)!;
  const first = firstDenoiser(definition, inputs);
  const wrapped: Record<string, unknown> = { ...outputs };
  for (const [name, port] of Object.entries(definition.outputs) as [string, Port][]) {
    if (port.wire !== "denoiser") continue;
    const raw = outputs[name] as Denoiser;
    const native = raw.native ?? first?.native;
    const model = raw.model ?? first?.model;
    wrapped[name] = denoiserWire(probe ? probe.output(raw) : raw, {
      node: step.id,
      label: `${step.key}.${name}`,
      native,
      model,
      signal: shop.signal,
    });
  }
  return wrapped;
}

function firstDenoiser(definition: AnyNode, inputs: Record<string, unknown>): Denoiser | undefined {
  const name = Object.keys(definition.inputs).find((key) => definition.inputs[key].wire === "denoiser");
  const value = name === undefined ? undefined : inputs[name];
  return (Array.isArray(value) ? value[0] : value) as Denoiser | undefined;
}
