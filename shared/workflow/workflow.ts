import type { ParamValue } from "../node/params.ts";

/** Schema version that this program writes. */
export const schemaVersion = 1;

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A node of a document. Fields that this program does not know are kept (`[field: string]`). */
export interface WorkflowNode {
  readonly id: string;
  readonly type: string;
  /** Parameters left out have their defaults. */
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly position?: Point;
  /** Replaces the node type's title. */
  readonly title?: string;
  /** How the node takes part in a run, where not as usual: `withModes` says exactly what each means. */
  readonly mode?: "bypass" | "mute";
  /** Drawn as its header only. */
  readonly collapsed?: boolean;
  /** Stays where it is: neither drags nor layouts move it. */
  readonly pinned?: boolean;
  /** Replaces the hue of the node's category: "#3257d6". */
  readonly color?: string;
  readonly [field: string]: unknown;
}

/** [node id, port or parameter name] */
export type End = readonly [string, string];

export interface WorkflowEdge {
  readonly from: End;
  readonly to: End;
  /** Reroute points on the way, in canvas coordinates. */
  readonly via?: readonly Point[];
  readonly [field: string]: unknown;
}

/** A titled frame behind nodes. */
export interface WorkflowGroup {
  readonly id: string;
  readonly title: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly color?: string;
  readonly [field: string]: unknown;
}

/** The document. */
export interface Workflow {
  readonly fairlead: number;
  readonly name?: string;
  readonly nodes: readonly WorkflowNode[];
  readonly edges: readonly WorkflowEdge[];
  readonly groups?: readonly WorkflowGroup[];
  /** Viewport and panel state of the editor. */
  readonly view?: unknown;
  readonly [field: string]: unknown;
}

/** An empty document. */
export function emptyWorkflow(name: string): Workflow {
  return { fairlead: schemaVersion, name, nodes: [], edges: [] };
}
