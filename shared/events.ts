import type { DeviceReport } from "./plan.ts";
import type { Plot } from "./plot.ts";
import type { LengthMap } from "./tensor/measure.ts";

/** Events of a run that the command line prints with --json, one object a line. Field names are a contract. */
export type ReportEvent =
  | {
      readonly event: "progress";
      readonly node: string;
      readonly step: number;
      readonly steps: number;
      readonly sigma: number;
    }
  | { readonly event: "output"; readonly node: string; readonly kind: "image" | "tensor"; readonly path: string }
  | {
      readonly event: "metric";
      readonly node: string;
      readonly name: string;
      readonly value: number | readonly number[];
      readonly step?: number;
      readonly sigma?: number;
    }
  | { readonly event: "error"; readonly node: string | null; readonly port: string | null; readonly message: string }
  | DoneEvent;

export interface DoneEvent {
  readonly event: "done";
  /** Time the plan took to execute, saving included, without `loadMs`. */
  readonly wallMs: number;
  /** Opening sessions and files. */
  readonly loadMs: number;
  /** Part of `wallMs` inside ONNX Runtime calls of any network. */
  readonly modelMs: number;
  /** Part of `modelMs` in gradient networks. */
  readonly gradientMs: number;
  readonly nfe: number;
  readonly runs: number;
  readonly backward: number;
  readonly peakRssBytes: number;
}

/**
 * What was measured at one sampler step without a node asking: the command line prints one `metric` line for each value.
 * Names: `norm.strong`, `norm.weak`, `norm.difference`, `cosine`, `parallel`, `orthogonal`, `scale` of a guidance node;
 * `reward`, `norm.gradient`, `norm.push` of guidance by a reward; `norm.denoised`, `clipping` of a sampler.
 */
export interface MetricsEvent {
  readonly event: "metrics";
  readonly node: string;
  /** The node whose walk the step belongs to. */
  readonly sampler: string;
  /** From 1. */
  readonly step: number;
  readonly sigma: number;
  /** One value for each sample; `clipping` of a preview only for the first. */
  readonly values: Readonly<Record<string, Float64Array>>;
  /** Where guidance acts: length of strong − weak at each place of the first sample's latent. */
  readonly map?: LengthMap;
}

/** Further events that only a window needs. Pictures are PNG bytes. */
export type ViewEvent =
  | MetricsEvent
  /** Evaluations of denoising networks and closed-form denoisers so far, by the node that asked for them. */
  | { readonly event: "evaluations"; readonly counts: Readonly<Record<string, number>> }
  | {
      readonly event: "state";
      readonly node: string;
      readonly state: "running" | "done" | "cached";
      readonly ms?: number;
    }
  | {
      readonly event: "preview";
      readonly node: string;
      readonly step: number;
      readonly steps: number;
      readonly sigma: number;
      readonly png: Uint8Array;
      readonly width: number;
      readonly height: number;
    }
  | {
      readonly event: "images";
      readonly node: string;
      /** One PNG (8 bit) for each sample. */
      readonly pngs: readonly Uint8Array[];
      readonly width: number;
      readonly height: number;
    }
  /** What a plot node shows. */
  | { readonly event: "plot"; readonly node: string; readonly plot: Plot }
  /** Facts about a value for tooltips and captions: the shape of what left an output. */
  | {
      readonly event: "value";
      readonly node: string;
      readonly output: string;
      readonly shape: readonly number[];
      readonly dtype: string;
    }
  | { readonly event: "warning"; readonly node: string | null; readonly message: string }
  | { readonly event: "device"; readonly report: DeviceReport }
  | { readonly event: "stopped" };

export type RunEvent = ReportEvent | ViewEvent;
