import { create } from "zustand";
import type { End, Workflow } from "../../../shared/workflow/workflow.ts";
import { catalogByType } from "../../state/catalog.ts";
import { placeOf, refuse } from "../../state/connect.ts";
import { activeDocument } from "../../state/documents.ts";
import type { DraggedFrom } from "../../state/search.ts";

interface WireDrag {
  /** The port that a wire is being dragged from. */
  readonly from: DraggedFrom | null;
  /** Ports that it fits, as "node side port". */
  readonly fitting: ReadonlySet<string>;
}

const nothing: WireDrag = { from: null, fitting: new Set() };

export const useWireDrag = create<WireDrag>(() => nothing);

/** Name of a port among the fitting ones. */
export function portKey(node: string, side: "in" | "out", port: string): string {
  return `${node} ${side} ${port}`;
}

/** Notes that a wire is dragged from a port, and which others it fits. */
export function beginDrag(node: string, port: string, side: "in" | "out"): void {
  const workflow = activeDocument()?.workflow;
  const description = catalogByType.get(workflow?.nodes.find(({ id }) => id === node)?.type ?? "");
  const wire = side === "out" ? description?.outputs[port]?.wire : placeOf(description, port)?.takes[0];
  if (workflow === undefined || wire === undefined) return;
  useWireDrag.setState({ from: { node, port, side, wire }, fitting: fittingPorts(workflow, [node, port], side) });
}

export function endDrag(): void {
  useWireDrag.setState(nothing);
}

function fittingPorts(workflow: Workflow, end: End, side: "in" | "out"): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { id, type } of workflow.nodes) {
    const description = catalogByType.get(type);
    if (description === undefined) continue;
    const names =
      side === "in" ? Object.keys(description.outputs) : Object.keys({ ...description.inputs, ...description.params });
    for (const name of names) {
      const [from, to]: [End, End] = side === "out" ? [end, [id, name]] : [[id, name], end];
      if (refuse(workflow, catalogByType, from, to) === null)
        found.add(portKey(id, side === "out" ? "in" : "out", name));
    }
  }
  return found;
}
