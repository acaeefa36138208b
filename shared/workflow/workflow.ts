import type { ParamValue } from "../node/params.ts";
import type { WireType } from "../node/wires.ts";

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

/** What a canvas shows: the top of a document, or the inside of a subgraph. */
export interface Graph {
  readonly nodes: readonly WorkflowNode[];
  readonly edges: readonly WorkflowEdge[];
  readonly groups?: readonly WorkflowGroup[];
}

/** An input or output of a subgraph; inputs and parameters share one set of names. */
export interface SubgraphPort {
  readonly name: string;
  readonly type: WireType;
  readonly [field: string]: unknown;
}

/** A parameter that instances of a subgraph show and may set: that of an inner node, or of an instance inside. */
export interface SubgraphParam {
  readonly name: string;
  /** [inner node id, parameter name] */
  readonly to: End;
  readonly [field: string]: unknown;
}

/**
 * A graph that nodes of the type `subgraph/<id>` stand for, shared by all of them. Links that leave it end on its
 * `graph/inputs` and `graph/outputs` nodes.
 */
export interface Subgraph extends Graph {
  readonly id: string;
  readonly name: string;
  /** What it does, as Markdown. */
  readonly about?: string;
  readonly inputs: readonly SubgraphPort[];
  readonly outputs: readonly SubgraphPort[];
  readonly params: readonly SubgraphParam[];
  readonly [field: string]: unknown;
}

/** The document. */
export interface Workflow extends Graph {
  readonly fairlead: number;
  readonly name?: string;
  readonly subgraphs?: readonly Subgraph[];
  /** Viewport and panel state of the editor. */
  readonly view?: unknown;
  readonly [field: string]: unknown;
}

/** An empty document. */
export function emptyWorkflow(name: string): Workflow {
  return { fairlead: schemaVersion, name, nodes: [], edges: [] };
}
