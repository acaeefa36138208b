import { type PointerEvent, type RefObject, useState } from "react";
import type { Box } from "../../shared/plot.ts";
import type { Component } from "../../shared/testbed/component.ts";
import { newGesture } from "../controls/field.ts";
import { rounded, spreadOf, withComponent } from "./components.ts";
import type { Frame } from "./frame.ts";

export type Part = "mean" | "spread";

interface Drag {
  readonly index: number;
  readonly part: Part;
  readonly gesture: string;
  /** What is in sight stays: a plane that moves under the pointer cannot be aimed at. */
  readonly box: Box;
  /** From the pointer to the middle, in units. */
  readonly offset: readonly [number, number];
}

interface DragOptions {
  readonly svg: RefObject<SVGSVGElement | null>;
  readonly components: readonly Component[];
  /** All changes with one gesture are one step of undo. */
  readonly onChange: (components: readonly Component[], gesture: string) => void;
}

/** Dragging components by their middle or their ring; Shift makes finer steps. `box` is what is held in sight. */
export function useComponentDrag({ svg, components, onChange }: DragOptions) {
  const [drag, setDrag] = useState<Drag | null>(null);
  const pointOf = ({ clientX, clientY }: PointerEvent, frame: Frame): readonly [number, number] => {
    // A zoomed card is larger on the screen than in its layout.
    const { left, top, width } = svg.current!.getBoundingClientRect();
    const scale = frame.width / width;
    return frame.invert((clientX - left) * scale, (clientY - top) * scale);
  };
  return {
    box: drag?.box ?? null,
    start(index: number, part: Part, event: PointerEvent, frame: Frame) {
      if (event.button !== 0) return;
      event.stopPropagation();
      svg.current?.setPointerCapture(event.pointerId);
      const [x, y] = pointOf(event, frame);
      const [cx, cy] = components[index]!.mean;
      setDrag({ index, part, gesture: newGesture(), box: frame.box, offset: [cx - x, cy - y] });
    },
    move(event: PointerEvent, frame: Frame) {
      if (drag === null) return;
      const [x, y] = pointOf(event, frame);
      const change = drag.part === "mean" ? moved(drag, x, y, event.shiftKey) : resized(x, y, event.shiftKey);
      onChange(withComponent(components, drag.index, change), drag.gesture);
    },
    end: () => setDrag(null),
  };

  function resized(x: number, y: number, isFine: boolean): Partial<Component> {
    const { mean } = components[drag!.index]!;
    return { std: spreadOf(Math.hypot(x - mean[0], y - mean[1]), stepOf(isFine)) };
  }
}

function moved({ offset }: Drag, x: number, y: number, isFine: boolean): Partial<Component> {
  const step = stepOf(isFine);
  return { mean: [rounded(x + offset[0], step), rounded(y + offset[1], step)] };
}

/** Units between two places that dragging can reach. */
export function stepOf(isFine: boolean): number {
  return isFine ? 0.01 : 0.05;
}
