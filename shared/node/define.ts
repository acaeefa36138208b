import type { CallInfo, PlannedInfo } from "../denoiser.ts";
import type { Merging, ModelInfo, ModelResult } from "../model.ts";
import type { ModelSettings } from "../modelSettings.ts";
import type { NodeContext } from "./context.ts";
import type { Param, ParamArgument, ParamValue } from "./params.ts";
import type { Port } from "./ports.ts";
import type { WireForecasts, WireType, WireValues } from "./wires.ts";

export type Ports = Readonly<Record<string, Port>>;
export type Params = Readonly<Record<string, Param>>;

type Argument<P extends Port, Values extends Record<WireType, unknown>> =
  P extends Port<infer T, infer Optional, infer Many>
    ? Many extends true
      ? readonly Values[T][]
      : Optional extends true
        ? Values[T] | undefined
        : Values[T]
    : never;

export type InputValues<I extends Ports> = { readonly [K in keyof I]: Argument<I[K], WireValues> };
/** Planning knows some inputs only in part: any of them may be undefined. */
export type InputForecasts<I extends Ports> = {
  readonly [K in keyof I]: I[K] extends Port<infer T, boolean, true>
    ? readonly (WireForecasts[T] | undefined)[]
    : I[K] extends Port<infer T>
      ? WireForecasts[T] | undefined
      : never;
};
export type ParamArguments<P extends Params> = { readonly [K in keyof P]: ParamArgument<P[K]> };
export type OutputValues<O extends Ports> = {
  readonly [K in keyof O]: O[K] extends Port<infer T> ? WireValues[T] : never;
};
export type OutputForecasts<O extends Ports> = {
  readonly [K in keyof O]?: O[K] extends Port<infer T> ? WireForecasts[T] | undefined : never;
};

/** An evaluation that is told apart from the plain one by its name; "" is the plain one. */
export interface AskedVariant {
  readonly variant: string;
  /** Nodes that ask with switches under one name ask for the same and share it. */
  readonly switches?: Readonly<Record<string, number>>;
  /** The x of this variant has sides smaller by this factor. */
  readonly shrink?: number;
  /** Its level is the node's own divided by this. */
  readonly quieter?: number;
  /** Asked so many rounds after the plain ones, because it depends on what they give. */
  readonly later?: number;
  /** Passes back through every network that the evaluation reaches: its x is tracked, so that no other node shares it. */
  readonly backward?: number;
  /** The input whose variant of this name has the same x, so that what both reach is evaluated once; list that input last. */
  readonly of?: string;
}

/**
 * How often one evaluation of a denoiser output asks an input: a number, where the first asks with the node's own x
 * (shared with every other node that asks the same) and further ones with another; or named variants; or, for a list
 * port, what is asked of each of its edges. A model input counts the evaluations that the node makes of it directly.
 */
export type Asks = number | readonly AskedVariant[] | { readonly each: readonly Asks[] };

/** What a sampler asks next. */
export interface PlannedCall {
  /** The denoiser input; several where they are asked for the same x at the same time. */
  readonly input: string | readonly string[];
  /** `level` is that of the evaluation itself; that where the step starts when absent. */
  readonly at: CallInfo & Partial<PlannedInfo>;
  /** How many x of this shape are asked for at the same time; 1 when absent. */
  readonly windows?: number;
  /** Shape of x where it is not that of the “latent” input. */
  readonly shape?: readonly number[];
  /** Passes back through every network that the call reaches. */
  readonly backward?: number;
  /** Data decides whether the call is made: the count is the most that it can be. */
  readonly upperBound?: boolean;
}

export interface Citation {
  /** "arXiv:2207.12598", or a DOI or address. */
  readonly id: string;
  /** Authors and year, as one writes them: "Ho and Salimans, 2022". */
  readonly by: string;
  readonly title: string;
  readonly where?: string;
}

/** A sentence about something the user can mend, found while planning; `port` is an input or a parameter. */
export interface NodeProblem {
  readonly port?: string;
  readonly severity: "error" | "warning";
  readonly message: string;
}

/** What planning may look up about files: gathered before, so forecasts are pure. */
export interface Facts {
  /** Model description of a folder ("" = the embedded model), or a sentence why there is none. */
  model(path: string, network: string): ModelResult;
  /** Model description of a checkpoint file, or a sentence why there is none. */
  checkpoint(path: string): ModelResult;
  /** A model with one of its parts taken from another file. */
  withPart(model: ModelInfo, part: string, path: string): ModelResult;
  /** A model with a LoRA at work in it. */
  withLora(model: ModelInfo, path: string): ModelResult;
  withSettings(model: ModelInfo, settings: ModelSettings): ModelResult;
  merged(model: ModelInfo, merging: Merging<ModelInfo>): ModelResult;
  /** A control network in one file. */
  control(path: string): ModelResult;
  /** A model under control networks. */
  controlled(model: ModelInfo, controls: readonly ModelInfo[]): ModelResult;
  /** Width and height of an image file in pixels, if known. */
  imageSize(path: string): { readonly width: number; readonly height: number } | undefined;
  /** Shape of a .npy file, if known. */
  tensorShape(path: string): readonly number[] | undefined;
}

export interface PlanContext {
  readonly facts: Facts;
  /** Reports a problem of this node. */
  problem(problem: NodeProblem): void;
}

/**
 * Where a guidance method stands in a chain, from the first: `branch` changes the predictions that guidance is made of,
 * `difference` the guidance itself, `weight` how much is guided, `output` the finished prediction, `step` the sampler's
 * step. `sum` only adds predictions up, so it may stand anywhere before `output`, and what it adds up keeps its place.
 * `window` chooses between predictions: a `weight` where one of them is guided, and nothing of its own otherwise.
 */
export type ChainPlace = "sum" | "window" | "branch" | "difference" | "weight" | "output" | "step";

export type NodeStatus = "stable" | "experimental" | "deprecated";

/** Everything about one kind of node, in one file; palette, documentation, command line and compiler are derived from it. */
export interface NodeDefinition<I extends Ports = Ports, P extends Params = Params, O extends Ports = Ports> {
  /** `group/name`, equal to the file's path under nodes/. */
  readonly type: string;
  /** Raised when results change; part of the content key. */
  readonly version: number;
  readonly title: string;
  /** At most 90 characters, starts with a verb in the third person. */
  readonly summary: string;
  readonly keywords: readonly string[];
  /** Markdown with LaTeX between dollar signs: what it does to a picture, formula, when it fails, what to try. */
  readonly doc: string;
  readonly cites: readonly Citation[];
  readonly status: NodeStatus;
  readonly inputs: I;
  readonly params: P;
  readonly outputs: O;
  /** Guidance methods only: a chain in another order is reported. */
  readonly place?: ChainPlace;
  /** Shows, writes or measures: it is run even though nothing reads it. `writes` also runs when nothing changed. */
  readonly effect?: "shows" | "writes" | "measures";
  /** Only for people (notes): never compiled. */
  readonly inert?: boolean;
  /**
   * Model evaluations by input for one evaluation of the denoiser output at `at`; missing inputs count 0. `edges` tells
   * how many edges end on each input.
   */
  evaluations?(
    params: ParamArguments<P>,
    at: PlannedInfo,
    edges: { readonly [K in keyof I]: number },
  ): Readonly<Record<string, Asks>>;
  /** True if the method decides by data, so that the count is an upper bound. */
  readonly upperBound?: boolean;
  /** What is known of the outputs before the run; reports problems. Pure and fast. */
  forecast?(inputs: InputForecasts<I>, params: ParamArguments<P>, context: PlanContext): OutputForecasts<O>;
  /** Behaviour of function wires: called once for each run and each consumer, so state is a local. */
  build?(inputs: InputValues<I>, params: ParamArguments<P>, context: NodeContext): OutputValues<O>;
  /** Behaviour of value wires. */
  run?(
    inputs: InputValues<I>,
    params: ParamArguments<P>,
    context: NodeContext,
  ): Promise<OutputValues<O>> | OutputValues<O>;
  /** Walks the sigmas: the evaluations that `run` will make of which denoiser input, in order. */
  calls?(inputs: InputForecasts<I>, params: ParamArguments<P>): Iterable<PlannedCall>;
  /** Runtime calls of other networks (encoders, decoders), by a name for the session; to plan bytes and sessions. */
  readonly sessions?: readonly string[];
  /** Documents of older versions: [fromVersion, params => params]. */
  readonly migrate?: readonly (readonly [
    number,
    (params: Readonly<Record<string, ParamValue>>) => Record<string, ParamValue>,
  ])[];
}

/** Declares a node; the types of `build`, `run`, `forecast` and `evaluations` follow from ports and parameters. */
export function defineNode<const I extends Ports, const P extends Params, const O extends Ports>(
  definition: NodeDefinition<I, P, O>,
): NodeDefinition<I, P, O> {
  return definition;
}

// biome-ignore lint/suspicious/noExplicitAny: ports and parameters of an arbitrary node are checked by the compiler at run time
type Checked = any;

/** A node of any shape, as the compiler and the executor handle it. */
export interface AnyNode extends Omit<NodeDefinition, "evaluations" | "forecast" | "build" | "run" | "calls"> {
  evaluations?(params: Checked, at: PlannedInfo, edges: Checked): Readonly<Record<string, Asks>>;
  forecast?(inputs: Checked, params: Checked, context: PlanContext): Readonly<Record<string, unknown>>;
  build?(inputs: Checked, params: Checked, context: NodeContext): Readonly<Record<string, unknown>>;
  run?(
    inputs: Checked,
    params: Checked,
    context: NodeContext,
  ): Promise<Readonly<Record<string, unknown>>> | Readonly<Record<string, unknown>>;
  calls?(inputs: Checked, params: Checked): Iterable<PlannedCall>;
}
