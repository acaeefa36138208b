import type { Point } from "../../../shared/workflow/workflow.ts";
import type { Size } from "../canvasView.ts";

export interface Box extends Point, Size {
  readonly id: string;
}

export type Side = "left" | "centre" | "right" | "top" | "middle" | "bottom";

/** New places of boxes that stand flush on one side of their common frame, or centred on its middle line. */
export function align(boxes: readonly Box[], side: Side): ReadonlyMap<string, Point> {
  const [left, top] = [Math.min(...boxes.map(({ x }) => x)), Math.min(...boxes.map(({ y }) => y))];
  const right = Math.max(...boxes.map(({ x, width }) => x + width));
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height));
  const places: Readonly<Record<Side, (box: Box) => Point>> = {
    left: ({ y }) => ({ x: left, y }),
    centre: ({ y, width }) => ({ x: (left + right - width) / 2, y }),
    right: ({ y, width }) => ({ x: right - width, y }),
    top: ({ x }) => ({ x, y: top }),
    middle: ({ x, height }) => ({ x, y: (top + bottom - height) / 2 }),
    bottom: ({ x, height }) => ({ x, y: bottom - height }),
  };
  return new Map(boxes.map((box) => [box.id, places[side](box)]));
}

/** New places with equal gaps between the outermost two, which stay; gaps below zero become overlaps of equal size. */
export function distribute(boxes: readonly Box[], axis: "x" | "y"): ReadonlyMap<string, Point> {
  const length = ({ width, height }: Box) => (axis === "x" ? width : height);
  const sorted = [...boxes].sort((a, b) => a[axis] - b[axis]);
  const [first, last] = [sorted[0], sorted[sorted.length - 1]];
  if (first === undefined || last === undefined) return new Map();
  const room = last[axis] + length(last) - first[axis] - sorted.reduce((sum, box) => sum + length(box), 0);
  const gap = sorted.length > 1 ? room / (sorted.length - 1) : 0;
  let at = first[axis];
  return new Map(
    sorted.map((box) => {
      const place = axis === "x" ? { x: at, y: box.y } : { x: box.x, y: at };
      at += length(box) + gap;
      return [box.id, place] as const;
    }),
  );
}
