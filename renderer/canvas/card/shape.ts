import type { NodeDescription } from "../../../shared/node/describe.ts";
import type { Param, ParamValue } from "../../../shared/node/params.ts";
import type { Port } from "../../../shared/node/ports.ts";

/** Node types whose card shows pictures. */
const withPicture: ReadonlySet<string> = new Set([
  "latent/decode",
  "image/preview",
  "explain/saliency",
  "explain/smooth-grad",
  "explain/integrated-gradients",
  "explain/moreau-grad",
]);

/** Whether the card of a node type has room for pictures. */
export function showsPicture(type: string): boolean {
  return withPicture.has(type);
}

/** Pixels that a plot takes on the card of its node, with slider and caption: kept free before there is one. */
const plotHeights: Readonly<Record<string, number>> = {
  "plot/density": 270,
  "plot/trajectories": 300,
  "plot/compare": 98,
};

/** Pixels of the room for a plot on the card of a node type; null on cards without. */
export function plotHeight(type: string): number | null {
  return plotHeights[type] ?? (type.startsWith("plot/") ? 270 : null);
}

/** Width of a card in canvas pixels. */
export function cardWidth(node: NodeDescription | undefined): number {
  if (node === undefined) return 208;
  if (plotHeight(node.type) !== null) return 380;
  if (showsPicture(node.type)) return 272;
  if (Object.keys(node.inputs).length === 0 && Object.values(node.params).every(isNarrow)) return 168;
  return Object.values(node.params).some(({ onCard }) => onCard) ? 208 : 152;
}

/** Controls that need no room beside a short name: files, and choices from what a file holds. */
function isNarrow(param: Param): boolean {
  return param.kind === "file" || param.kind === "select";
}

export interface PortRow {
  readonly input?: readonly [name: string, port: Port];
  readonly output?: readonly [name: string, port: Port];
}

/** Inputs and outputs, the i-th of each in one row. */
export function portRows({ inputs, outputs }: Pick<NodeDescription, "inputs" | "outputs">): readonly PortRow[] {
  const left = Object.entries(inputs);
  const right = Object.entries(outputs);
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index) => ({
    ...(left[index] === undefined ? {} : { input: left[index] }),
    ...(right[index] === undefined ? {} : { output: right[index] }),
  }));
}

/** Parameters that a card shows: those meant for it, visible with the present values; a seed brings its own mode. */
export function cardParams(
  params: Readonly<Record<string, Param>>,
  values: Readonly<Record<string, ParamValue>>,
): readonly (readonly [string, Param])[] {
  const modes = new Set(Object.values(params).map((param) => (param.kind === "seed" ? param.mode : undefined)));
  return Object.entries(params).filter(([name, param]) => {
    if (!param.onCard || modes.has(name)) return false;
    if (param.visibleIf === undefined) return true;
    const deciding = values[param.visibleIf.param] ?? params[param.visibleIf.param]?.default;
    return param.visibleIf.is.some((value) => value === deciding);
  });
}
