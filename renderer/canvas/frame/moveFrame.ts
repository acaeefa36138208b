import type { Graph, Point } from "../../../shared/workflow/workflow.ts";
import { membersOf } from "../../state/arrange/frames.ts";
import { edit } from "../../state/documents.ts";
import { moveVias } from "../../state/edits.ts";

/** Moves a frame with all that stands in it. */
export function moveFrame(id: string, { x, y }: Point): void {
  edit("Move frame", (draft) => {
    const group = draft.groups?.find((one) => one.id === id);
    if (group === undefined) return;
    const members = new Set(membersOf(draft as Graph, group));
    const [dx, dy] = [Math.round(x) - group.x, Math.round(y) - group.y];
    for (const node of draft.nodes) {
      if (node.position === undefined || !members.has(node.id)) continue;
      node.position = { x: node.position.x + dx, y: node.position.y + dy };
    }
    moveVias(draft, new Map([...members].map((id) => [id, { x: dx, y: dy }])));
    group.x += dx;
    group.y += dy;
  });
}
