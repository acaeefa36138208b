import { create } from "zustand";
import type { Point } from "../../../shared/workflow/workflow.ts";
import { catalogByType } from "../../state/catalog.ts";
import { activeDocument } from "../../state/documents.ts";
import { insertOnLink, placeOnLink } from "../../state/insert.ts";
import { lastMove } from "../useGraph.ts";

interface Insertion {
  /** Place among the document's links of the one that the dragged node would be put on. */
  readonly edge: number | null;
}

export const useInsertion = create<Insertion>(() => ({ edge: null }));

const samples = 12;

/** Places of the wires that run through a part of the window, those that come nearest to its middle first. */
export function wiresIn({
  left,
  top,
  right,
  bottom,
}: Pick<DOMRectReadOnly, "left" | "top" | "right" | "bottom">): readonly number[] {
  const middle = { x: (left + right) / 2, y: (top + bottom) / 2 };
  const found: { index: number; distance: number }[] = [];
  for (const path of document.querySelectorAll<SVGPathElement>("[data-wire] > .react-flow__edge-path")) {
    const box = path.getBoundingClientRect();
    if (box.right < left || box.left > right || box.bottom < top || box.top > bottom) continue;
    const inside = pointsOf(path).filter(({ x, y }) => x >= left && x <= right && y >= top && y <= bottom);
    if (inside.length === 0) continue;
    const distance = Math.min(...inside.map(({ x, y }) => Math.hypot(x - middle.x, y - middle.y)));
    found.push({ index: Number(path.parentElement?.dataset.wire), distance });
  }
  return found.sort((a, b) => a.distance - b.distance).map(({ index }) => index);
}

/** Points along a path, in pixels of the window. */
function pointsOf(path: SVGPathElement): readonly Point[] {
  const [length, toScreen] = [path.getTotalLength(), path.getScreenCTM()];
  return Array.from({ length: samples + 1 }, (_, index) =>
    path.getPointAtLength((index / samples) * length).matrixTransform(toScreen ?? undefined),
  );
}

/** While one node is dragged: marks the wire that it would be put on. */
export function seekWire(card: Element, id: string): void {
  const workflow = activeDocument()?.workflow;
  if (workflow === undefined || !hasFreeInput(id)) return;
  const isFit = (index: number) => placeOnLink(workflow, catalogByType, index, id) !== null;
  const edge = wiresIn(card.getBoundingClientRect()).find(isFit) ?? null;
  if (edge !== useInsertion.getState().edge) useInsertion.setState({ edge });
}

/** The dragged node was let go: it is put on the marked wire, in one step with its move. */
export function dropOnWire(id: string): void {
  const { edge } = useInsertion.getState();
  useInsertion.setState({ edge: null });
  if (edge !== null) insertOnLink(edge, id, lastMove());
}

function hasFreeInput(id: string): boolean {
  const workflow = activeDocument()?.workflow;
  const kind = catalogByType.get(workflow?.nodes.find((one) => one.id === id)?.type ?? "");
  const taken = new Set(workflow?.edges.filter(({ to }) => to[0] === id).map(({ to }) => to[1]));
  return Object.keys(kind?.inputs ?? {}).some((name) => !taken.has(name));
}
