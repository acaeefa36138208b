import type { NodeDescription } from "../../../shared/node/describe.ts";
import { wiresIntoParam } from "../../../shared/node/params.ts";
import { isBoundary } from "../../../shared/subgraph/names.ts";
import type { WorkflowNode } from "../../../shared/workflow/workflow.ts";
import { cardParams, cardWidth, plotHeight, portRows, showsPicture } from "../card/shape.ts";

/** Size of a card in canvas pixels, and the height of the middle of each port under "in name" or "out name". */
export interface Shape {
  readonly width: number;
  readonly height: number;
  readonly ports: ReadonlyMap<string, number>;
}

const header = 32;
const top = header + 6;
const bottom = 8;
const row = 24;
const control = 28;
const text = 29;
const thumbnail = 56;
const picture = 262;
const note = { width: 208, height: 120 };

/**
 * What a card will measure when it is drawn, from the kind of its node alone: near enough to draw it small, to fit the
 * view, and to lead wires to cards that were never in sight.
 */
export function shapeOf(node: WorkflowNode, description: NodeDescription | undefined): Shape {
  if (node.type === "view/note") return { ...note, ports: new Map() };
  const width = cardWidth(description);
  if (description === undefined) return { width, height: 96, ports: new Map() };
  if (node.collapsed === true) return { width, ...collapsed(description) };
  const ports = new Map<string, number>();
  let y = top;
  for (const { input, output } of portRows(description)) {
    if (input !== undefined) ports.set(`in ${input[0]}`, y + row / 2);
    if (output !== undefined) ports.set(`out ${output[0]}`, y + row / 2);
    y += row;
  }
  for (const [name, param] of cardParams(description.params, node.params)) {
    if (wiresIntoParam[param.kind].length > 0) ports.set(`in ${name}`, y + control / 2);
    y += param.kind === "text" ? text : control;
  }
  return { width, height: y + extras(node.type) + bottom, ports };
}

function collapsed({ inputs, outputs }: NodeDescription): Omit<Shape, "width"> {
  const [left, right] = [Object.keys(inputs), Object.keys(outputs)];
  const height = Math.max(header, 14 * Math.max(left.length, right.length) + 8);
  const spread = (side: string, names: readonly string[]) =>
    names.map((name, index) => [`${side} ${name}`, (height * (index + 1)) / (names.length + 1)] as const);
  return { height, ports: new Map([...spread("in", left), ...spread("out", right)]) };
}

/** Room of what a card shows below its parameters. */
function extras(type: string): number {
  const plot = plotHeight(type);
  if (plot !== null) return plot + 6;
  if (showsPicture(type)) return picture;
  if (isBoundary(type)) return control;
  return type.startsWith("sigmas/") ? thumbnail : 0;
}
