import type { NodeDescription } from "../../../shared/node/describe.ts";
import { wiresIntoParam } from "../../../shared/node/params.ts";
import type { Port } from "../../../shared/node/ports.ts";
import { fits, type WireType } from "../../../shared/node/wires.ts";

/** Input, output or parameter that a dragged wire will end on. */
export interface Landing {
  readonly side: "inputs" | "outputs" | "params";
  readonly port: string;
  /** Its own wire type; a parameter takes the dragged one. */
  readonly wire: WireType;
}

/** A node that can be added, and where the dragged wire will end on it. */
export interface Candidate {
  readonly node: NodeDescription;
  readonly landing?: Landing | undefined;
}

/** The loose end of a wire: it comes out of an output, or it looks for something to feed an input. */
export interface LooseEnd {
  readonly from: "output" | "input";
  readonly wire: WireType;
  /** Further types that the input takes. */
  readonly accepts?: readonly WireType[] | undefined;
}

/** Nodes that can be added; with a loose end only those that it fits, the closest fits first. */
export function candidatesFor(nodes: readonly NodeDescription[], end?: LooseEnd): readonly Candidate[] {
  const usable = nodes.filter(({ status }) => status !== "deprecated");
  if (end === undefined) return usable.map((node) => ({ node }));
  return usable
    .flatMap((node) => {
      const best = landings(node, end).sort((a, b) => b.rank - a.rank)[0];
      return best === undefined ? [] : [{ node, landing: best.landing, rank: best.rank }];
    })
    .sort((a, b) => b.rank - a.rank)
    .map(({ node, landing }) => ({ node, landing }));
}

interface Ranked {
  readonly landing: Landing;
  readonly rank: number;
}

function landings(node: NodeDescription, { from, wire, accepts }: LooseEnd): Ranked[] {
  if (from === "input") {
    return portsThat(node, "outputs", wire, (port) => fits(port.wire, wire, accepts));
  }
  const inputs = portsThat(node, "inputs", wire, (port) => fits(wire, port.wire, port.accepts));
  const params = Object.entries(node.params)
    .filter(([, param]) => wiresIntoParam[param.kind].includes(wire))
    .map(([port]) => ({ landing: { side: "params" as const, port, wire }, rank: 0 }));
  return [...inputs, ...params];
}

function portsThat(
  node: NodeDescription,
  side: "inputs" | "outputs",
  wire: WireType,
  isFit: (port: Port) => boolean,
): Ranked[] {
  return Object.entries(node[side])
    .filter(([, port]) => isFit(port))
    .map(([name, port]) => ({
      landing: { side, port: name, wire: port.wire },
      rank: 1 + (port.wire === wire ? 2 : 0) + (port.optional ? 0 : 1),
    }));
}
