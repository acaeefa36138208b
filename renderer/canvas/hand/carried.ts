import type { Point } from "../../../shared/workflow/workflow.ts";
import { membersOf } from "../../state/arrange/frames.ts";
import { activeDocument, select } from "../../state/documents.ts";
import { frameId } from "../project.ts";

const corner = { x: 0, y: 0 };

/** Selects a node that is about to be dragged, beside what is selected if the person holds the key for that. */
export function choose(id: string, isMore: boolean): void {
  const { workflow, selection = [] } = activeDocument() ?? {};
  if (selection.includes(id) || !workflow?.nodes.some((node) => node.id === id)) return;
  select(isMore ? [...selection, id] : [id]);
}

/** Places of all that goes with a node or frame when it is dragged: what is selected, or what stands in the frame. */
export function carried(id: string): ReadonlyMap<string, Point> {
  const { workflow, selection = [] } = activeDocument() ?? {};
  const places = new Map<string, Point>();
  if (workflow === undefined) return places;
  const group = workflow.groups?.find((one) => frameId(one) === id);
  const members = new Set(group === undefined ? selection : membersOf(workflow, group));
  for (const node of workflow.nodes) {
    const isFixed = group === undefined && node.pinned === true;
    if (members.has(node.id) && !isFixed) places.set(node.id, node.position ?? corner);
  }
  if (group !== undefined) places.set(id, { x: group.x, y: group.y });
  return places;
}
