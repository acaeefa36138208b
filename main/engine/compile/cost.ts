import type { CallInfo, PlannedInfo } from "../../../shared/denoiser.ts";
import type { ModelInfo } from "../../../shared/model.ts";
import type { AnyNode, AskedVariant, Asks } from "../../../shared/node/define.ts";
import type { ParamValue } from "../../../shared/node/params.ts";
import type { Port } from "../../../shared/node/ports.ts";
import type { Cost, Diagnostic, PlanStep } from "../../../shared/plan.ts";
import { sizeOf } from "../../../shared/tensor/tensor.ts";
import type { CompileFacts } from "./facts.ts";
import { type NetworkUse, PeakForecast, partsOf } from "./peak.ts";
import { Reach } from "./reach.ts";

/** A step while compiling: the plan's fields and what its functions will receive. */
export interface PlannedStep extends Omit<PlanStep, "type" | "nfe" | "upperBound"> {
  readonly definition: AnyNode;
  readonly args: Record<string, unknown>;
  readonly known: Record<string, unknown>;
  readonly forecast: Readonly<Record<string, unknown>>;
  readonly params: Readonly<Record<string, ParamValue>>;
}

interface Count {
  nfe: number;
  backward: number;
  upperBound: boolean;
}

/** Rows that meet in one round at one session, told apart where they cannot share a call. */
type Rounds = Map<string, { rows: number; capacity: number }>;

/**
 * Counts evaluations and runtime calls by walking each sampler's calls through the denoisers behind it, as the runtime
 * will: one wire at one x is evaluated once. A round is sent when every running step waits for a model, so steps that
 * become ready together share rounds.
 */
export function forecastCost(
  steps: readonly PlannedStep[],
  facts: CompileFacts,
): { cost: Cost; nfe: Map<string, Count>; excess: PeakForecast["excess"]; idle: Diagnostic[] } {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const reach = new Reach();
  const nfe = new Map<string, Count>();
  const rounds: Rounds = new Map();
  const ends = new Map<string, number>();
  const sessions = new Map<string, NetworkUse>();
  const peak = new PeakForecast(facts.budgetBytes);
  let bytes = 0;
  for (const step of steps) {
    if (step.kind === "function") continue;
    const start = Math.max(0, ...step.needs.map((id) => ends.get(id) ?? 0));
    const writes = step.definition.effect !== undefined;
    if (!writes && facts.isCached(step.key)) {
      if (step.definition.calls)
        walkSampler(step, { byId, reach }, start, { facts, rounds: new Map(), uses: new Map() });
      ends.set(step.id, 0);
      continue;
    }
    const model = step.known.model as ModelInfo | undefined;
    const own = model && !model.labels ? (step.definition.sessions ?? []) : [];
    const uses = new Map<string, NetworkUse>();
    for (const part of own) noteUse(uses, model, { part, shape: inputShape(step, part), isBackward: false });
    const walk = step.definition.calls ? walkSampler(step, { byId, reach }, start, { facts, rounds, uses }) : null;
    peak.add(step.id, uses, outputBytes(step));
    for (const [name, use] of uses) sessions.set(name, use);
    if (walk) nfe.set(step.id, walk.count);
    ends.set(step.id, start + (walk?.rounds ?? Math.min(1, own.length)));
    bytes += outputBytes(step);
  }
  const counts = [...nfe.values()];
  let runs = 0;
  for (const { rows, capacity } of rounds.values()) runs += Math.max(1, Math.ceil(rows / capacity));
  for (const { weights } of sessions.values()) bytes += weights;
  const cost = {
    nfe: counts.reduce((sum, count) => sum + count.nfe, 0),
    upperBound: counts.some((count) => count.upperBound),
    runs,
    backward: counts.reduce((sum, count) => sum + count.backward, 0),
    sessions: [...sessions.values()].reduce((sum, use) => sum + partsOf(use, facts.budgetBytes), 0),
    bytes,
    peakBytes: Math.round(peak.peakBytes),
  };
  return { cost, nfe, excess: peak.excess, idle: reach.idle(steps) };
}

interface Call {
  readonly part: string;
  readonly shape: readonly number[];
  readonly isBackward: boolean;
}

/** Notes a call of a part of a model, of which the largest counts. */
function noteUse(uses: Map<string, NetworkUse>, info: ModelInfo | undefined, { part, shape, isBackward }: Call): void {
  const name = `${info?.name}/${part}`;
  const stated = part === info?.network ? info.bytes.network : info?.bytes.parts[part];
  const found = info?.footprint?.(part, shape, isBackward);
  uses.set(name, {
    weights: stated || (found?.weights ?? 0),
    values: Math.max(uses.get(name)?.values ?? 0, found?.values ?? 0),
    isDivisible: isBackward || part.startsWith("vae_"),
  });
}

/** What a node gives to a network of its own: one prompt, or its picture or latent. */
function inputShape(step: PlannedStep, part: string): readonly number[] {
  const given = step.known[part === "vae_encoder" ? "image" : "latent"] as { shape?: readonly number[] } | undefined;
  return part.startsWith("text_encoder") ? [1, 77] : [1, ...(given?.shape?.slice(1) ?? [])];
}

function outputBytes(step: PlannedStep): number {
  let bytes = 0;
  for (const [name, port] of Object.entries(step.definition.outputs) as [string, Port][]) {
    const shape = (step.forecast[name] as { shape?: readonly number[] } | undefined)?.shape;
    if (shape && port.wire !== "sigmas") bytes += sizeOf(shape) * 4;
  }
  return bytes;
}

interface Walk {
  readonly count: Count;
  readonly rounds: number;
}

interface Graph {
  readonly byId: ReadonlyMap<string, PlannedStep>;
  readonly reach: Reach;
}

function walkSampler(step: PlannedStep, graph: Graph, start: number, books: Books): Walk {
  const count: Count = { nfe: 0, backward: 0, upperBound: step.definition.upperBound ?? false };
  const shape = (step.known.latent as { shape: readonly number[] } | undefined)?.shape ?? [1];
  let round = 0;
  for (const planned of step.definition.calls!(step.known, step.args)) {
    const { input, at, windows = 1, backward: passes = 0, shape: own = shape } = planned;
    if (planned.upperBound) count.upperBound = true;
    const roots = [input].flat().flatMap((name) => step.inputs[name]?.[0]?.step ?? []);
    if (roots.length === 0) continue;
    let last = 0;
    for (const { leaf, level, shrink, later, backward } of evaluations(roots, { at, passes }, graph, count)) {
      count.nfe += windows;
      if (!modelOf(leaf)?.labels) count.backward += windows * backward;
      const asked = own.map((side, axis) => (axis === 0 ? side * windows : axis === 1 ? side : side / shrink));
      addLeaf(leaf, { level, isBackward: backward > 0 }, asked, start + round + later, books);
      last = Math.max(last, later);
    }
    round += 1 + last;
  }
  return { count, rounds: round };
}

interface Books {
  readonly facts: CompileFacts;
  readonly rounds: Rounds;
  readonly uses: Map<string, NetworkUse>;
}

function modelOf(leaf: PlannedStep): ModelInfo | undefined {
  return (leaf.known.model ?? leaf.forecast.model) as ModelInfo | undefined;
}

interface Asked {
  readonly level: number;
  readonly isBackward: boolean;
}

function addLeaf(
  leaf: PlannedStep,
  { level, isBackward }: Asked,
  shape: readonly number[],
  round: number,
  books: Books,
): void {
  const info = modelOf(leaf);
  // A closed form is counted, but runs in no session.
  if (info?.labels) return;
  const name = `${info?.name}/${info?.network}`;
  const key = `${round}|${name}|${shape.slice(1)}|${info?.batching.scalarTimestep ? level : ""}`;
  const capacity = info
    ? (info.batching.fixedBatch ?? books.facts.batchCapacity(info, shape))
    : Number.POSITIVE_INFINITY;
  const group = books.rounds.get(key);
  if (group) group.rows += shape[0];
  else books.rounds.set(key, { rows: shape[0], capacity });
  const rows = Math.min(capacity, books.rounds.get(key)!.rows);
  noteUse(books.uses, info, { part: info?.network ?? "", shape: [rows, ...shape.slice(1)], isBackward });
}

/** A network that is asked, with an x smaller by `shrink`, `later` rounds after the first. */
interface Reached {
  readonly leaf: PlannedStep;
  /** Noise level that it is asked at. */
  readonly level: number;
  readonly shrink: number;
  readonly later: number;
  /** Passes back through it. */
  readonly backward: number;
}

/** Networks that one evaluation of the denoisers at `roots` reaches. Does not recurse: graphs may be deep. */
function* evaluations(
  roots: readonly string[],
  { at, passes }: { readonly at: CallInfo & Partial<PlannedInfo>; readonly passes: number },
  { byId, reach }: Graph,
  count: Count,
): Generator<Reached> {
  const seen = new Set<string>();
  const waiting = roots.map((id) => ({
    ...{ id, variant: "", level: at.level ?? at.sigma },
    ...{ shrink: 1, later: 0, backward: passes },
  }));
  while (waiting.length > 0) {
    const { id, variant, level, shrink, later, backward } = waiting.pop()!;
    const mark = `${variant}|${id}`;
    const step = byId.get(id);
    if (seen.has(mark) || !step) continue;
    seen.add(mark);
    if (!step.definition.evaluations) {
      yield { leaf: step, level, shrink, later, backward };
      continue;
    }
    if (step.definition.upperBound) count.upperBound = true;
    reach.meet(id);
    const asked = step.definition.evaluations(step.args, { ...at, level }, edgesOf(step));
    for (const [input, asks] of Object.entries(asked)) {
      for (const [edge, source] of (step.inputs[input] ?? []).entries()) {
        const own = typeof asks === "object" && "each" in asks ? (asks.each[edge] ?? 0) : asks;
        for (const next of variants(own, variant, id, input)) {
          reach.ask(id, input);
          waiting.push({
            id: source.step,
            // What a node asks of a model itself is shared with no other node.
            variant: step.definition.inputs[input]?.wire === "model" ? `${next.variant}/${id}` : next.variant,
            level: level / (next.quieter ?? 1),
            shrink: shrink * (next.shrink ?? 1),
            later: later + (next.later ?? 0),
            backward: backward + (next.backward ?? 0),
          });
        }
      }
    }
  }
}

function edgesOf({ definition, inputs }: PlannedStep): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.keys(definition.inputs).map((name) => [name, inputs[name]?.length ?? 0]));
}

/** The first plain evaluation shares the node's own x; further ones and named variants are evaluations of their own. */
function variants(asks: Asks, variant: string, id: string, input: string): readonly AskedVariant[] {
  if (asks === 0) return [];
  if (asks === 1) return [{ variant }];
  if (typeof asks === "number") {
    const name = `${variant}/${id}.${input}`;
    return Array.from({ length: asks }, (_, i) => ({ variant: i === 0 ? variant : `${name}.${i}` }));
  }
  if ("each" in asks) return asks.each.flatMap((own) => variants(own, variant, id, input));
  return asks.map((ask) => ({
    ...ask,
    variant: ask.variant === "" ? variant : `${variant}/${nameOf(ask, id, input)}`,
  }));
}

/** The same switches on the same x are the same evaluation, whichever node asks; another x is a node's own. */
function nameOf({ variant, switches, of }: AskedVariant, id: string, input: string): string {
  return switches ? variant : `${id}.${of ?? input}.${variant}`;
}
