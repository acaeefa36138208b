import type { ParamValue } from "./node/params.ts";

/** A message about a document that its author can mend. */
export interface Diagnostic {
  readonly severity: "error" | "warning";
  /** Node id, or null for the document itself. */
  readonly node: string | null;
  /** Input, output or parameter, or null. */
  readonly port: string | null;
  readonly message: string;
}

/** Where an input's value comes from. */
export interface Source {
  readonly step: string;
  readonly output: string;
}

/** One node that a run needs. */
export interface PlanStep {
  /** Node id. */
  readonly id: string;
  readonly type: string;
  /** Content key: hash of type, version, parameters, keys of the inputs, files and device. */
  readonly key: string;
  /** Functions are built for each consumer; values are computed once and cached. */
  readonly kind: "value" | "function";
  /** Complete parameters, defaults filled in; those that a wire drives are in `inputs` instead. */
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly inputs: Readonly<Record<string, readonly Source[]>>;
  /** Steps whose values must be there first, through function wires too. */
  readonly needs: readonly string[];
  /** Outputs that something reads. */
  readonly used: readonly string[];
  /** Run for its own sake: it writes, shows or measures, or its image goes nowhere. */
  readonly isOutput: boolean;
  /** Evaluations of denoising networks in this step. */
  readonly nfe: number;
  readonly upperBound: boolean;
}

/** What a run costs, known before it starts. */
export interface Cost {
  readonly nfe: number;
  readonly upperBound: boolean;
  /** Runtime calls that carry these evaluations. */
  readonly runs: number;
  readonly backward: number;
  /** Network files that will be open. */
  readonly sessions: number;
  /** Weights, latents and images: a forecast of memory. */
  readonly bytes: number;
  /** The most memory that the program will take at one time. */
  readonly peakBytes: number;
}

/** A compiled workflow: plain data, in an order in which it can run. */
export interface Plan {
  readonly steps: readonly PlanStep[];
  readonly cost: Cost;
  readonly diagnostics: readonly Diagnostic[];
}

export const deviceNames = ["auto", "cpu", "webgpu", "cuda", "dml", "coreml"] as const;
export type DeviceName = (typeof deviceNames)[number];

/** Which provider runs the networks and why others do not. */
export interface DeviceReport {
  readonly requested: DeviceName;
  readonly used: Exclude<DeviceName, "auto">;
  readonly tried: readonly {
    readonly device: Exclude<DeviceName, "auto">;
    readonly ok: boolean;
    readonly reason?: string;
  }[];
}
