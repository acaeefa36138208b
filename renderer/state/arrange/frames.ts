import type { Graph, Point, WorkflowGroup } from "../../../shared/workflow/workflow.ts";

/** Ids of the nodes whose corner lies in a frame: they move with it. */
export function membersOf({ nodes }: Graph, { x, y, width, height }: WorkflowGroup): readonly string[] {
  const isInside = ({ x: left, y: top }: Point) => left >= x && left <= x + width && top >= y && top <= y + height;
  return nodes.filter(({ position }) => position !== undefined && isInside(position)).map(({ id }) => id);
}
