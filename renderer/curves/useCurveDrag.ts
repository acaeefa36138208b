import { type KeyboardEvent, type MouseEvent, type PointerEvent, useRef, useState } from "react";
import { valueAt } from "../../shared/curves/axis.ts";
import type { CurveValue } from "../../shared/curves/curveValue.ts";
import type { CurveParam } from "../../shared/node/params.ts";
import { newGesture } from "../controls/field.ts";
import { addPoint, inTime, movePoint, removePoint } from "./points.ts";
import { snapped } from "./snap.ts";
import { pixelX, plotBox, type View, valueAtPixel, viewOf } from "./view.ts";

export interface CurveGestures {
  /** Index of the selected point, counted as sampling passes them. */
  readonly selected: number;
  readonly snaps: boolean;
  readonly onSelect: (index: number) => void;
  /** All changes with one gesture are one step of undo. */
  readonly onChange: (value: CurveValue, gesture: string) => void;
}

interface Options extends CurveGestures {
  readonly value: CurveValue;
  readonly param: CurveParam;
  readonly sigmas: readonly number[] | undefined;
}

/** Handlers of a plot and of its points. While a point is dragged the ranges of the axes stand still. */
export function useCurveDrag(options: Options) {
  const { value, param, sigmas, onSelect, onChange } = options;
  const [held, setHeld] = useState<View | null>(null);
  const gesture = useRef("");
  const view = held ?? viewOf(value, param, sigmas, plotBox);
  const gap = (view.times[1] - view.times[0]) / 500;
  const move = (index: number, x: number, y: number, free: boolean) => {
    const isFree = free || !options.snaps;
    onChange(movePoint(value, index, snapped([x, y], view, { param, sigmas, isFree }), gap), gesture.current);
  };
  const plot = {
    onDoubleClick(event: MouseEvent<SVGSVGElement>) {
      const isFree = event.shiftKey || !options.snaps;
      const [x, y] = snapped(pointed(event, view), view, { param, sigmas, isFree });
      const added = addPoint(value, x, y);
      onChange(added.value, newGesture());
      onSelect(added.index);
    },
  };
  const handle = (index: number) => ({
    onFocus: () => onSelect(index),
    onDoubleClick: (event: MouseEvent) => event.stopPropagation(),
    onPointerDown(event: PointerEvent<SVGGElement>) {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      gesture.current = newGesture();
      setHeld(view);
    },
    onPointerMove(event: PointerEvent<SVGGElement>) {
      if (held === null || (event.movementX === 0 && event.movementY === 0)) return;
      move(index, ...pointed(event, held), event.shiftKey);
    },
    onPointerUp: () => setHeld(null),
    onPointerCancel: () => setHeld(null),
    onKeyDown(event: KeyboardEvent<SVGGElement>) {
      if (event.key === "Delete" || event.key === "Backspace") {
        const left = removePoint(value, index);
        onChange(left.value, newGesture());
        onSelect(left.index);
      }
      const to = walked(event, value, index, view, param);
      if (to === null) return;
      event.preventDefault();
      gesture.current = newGesture();
      move(index, ...to, true);
    },
  });
  return { view, plot, handle };
}

/** [x, value] under the pointer. */
function pointed(event: MouseEvent<SVGElement>, view: View): [number, number] {
  const svg = event.currentTarget.ownerSVGElement ?? event.currentTarget;
  const { left, top } = svg.getBoundingClientRect();
  // The border belongs to the box that is measured, not to the drawing.
  return valueAtPixel(view, event.clientX - left - 1, event.clientY - top - 1);
}

/** Where an arrow key takes a point: a grid step up or down (Shift: ten), a hundredth of the axis sideways. */
function walked(
  event: KeyboardEvent,
  value: CurveValue,
  index: number,
  view: View,
  param: CurveParam,
): [number, number] | null {
  const [x, y] = inTime(value)[index] ?? [0, 0];
  const factor = event.shiftKey ? 10 : 1;
  const up = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
  const right = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  if (up !== 0) return [x, y + up * factor * param.step];
  if (right === 0) return null;
  const share = (pixelX(view, x) - view.box.left) / view.box.width + (right * factor) / 100;
  const time = view.times[0] + share * (view.times[1] - view.times[0]);
  return [valueAt(view.over, time), y];
}
