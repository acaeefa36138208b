import type { AnyNode, Citation, NodeStatus } from "./define.ts";
import type { Param } from "./params.ts";
import type { Port } from "./ports.ts";

/** A node without its functions: what palette, inspector, command line and documentation show. Plain JSON. */
export interface NodeDescription {
  readonly type: string;
  readonly version: number;
  readonly title: string;
  readonly summary: string;
  readonly keywords: readonly string[];
  readonly doc: string;
  readonly cites: readonly Citation[];
  readonly status: NodeStatus;
  readonly inputs: Readonly<Record<string, Port>>;
  readonly params: Readonly<Record<string, Param>>;
  readonly outputs: Readonly<Record<string, Port>>;
  readonly effect?: "shows" | "writes" | "measures";
  readonly inert?: boolean;
}

/** Strips the behaviour from a node. */
export function describe(node: AnyNode): NodeDescription {
  return {
    type: node.type,
    version: node.version,
    title: node.title,
    summary: node.summary,
    keywords: node.keywords,
    doc: node.doc.trim(),
    cites: node.cites,
    status: node.status,
    inputs: node.inputs,
    params: node.params,
    outputs: node.outputs,
    ...(node.effect === undefined ? {} : { effect: node.effect }),
    ...(node.inert === undefined ? {} : { inert: node.inert }),
  };
}
