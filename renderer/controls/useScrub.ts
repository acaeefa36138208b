import { type PointerEvent, useRef } from "react";
import { newGesture } from "./field.ts";

interface ScrubOptions {
  readonly value: number;
  readonly step: number;
  readonly min: number;
  readonly max: number;
  /** Values per pixel; a slider walks its range over its own width. */
  readonly perPixel: (width: number) => number;
  readonly onScrub: (value: number, gesture: string) => void;
}

/** Pixels that a pointer may move in a click. */
const slack = 3;

/**
 * Handlers for an input that is dragged sideways: a drag changes the value (Shift ×0.1, Ctrl ×10), a click without one
 * starts typing. While the input has focus the pointer is left to the text.
 */
export function useScrub({ value, step, min, max, perPixel, onScrub }: ScrubOptions) {
  const drag = useRef<{ x: number; at: number; moved: boolean; gesture: string; perPixel: number } | null>(null);
  return {
    onPointerDown(event: PointerEvent<HTMLInputElement>) {
      if (event.button !== 0 || document.activeElement === event.currentTarget) return;
      event.preventDefault();
      event.currentTarget.setPointerCapture(event.pointerId);
      // As wide as it looks: a zoomed card moves its slider with the pointer, too.
      const width = event.currentTarget.parentElement?.getBoundingClientRect().width ?? 160;
      drag.current = { x: event.clientX, at: value, moved: false, gesture: newGesture(), perPixel: perPixel(width) };
    },
    // The page's own press would focus the field before it is known whether this is a drag.
    onMouseDown(event: { readonly currentTarget: HTMLInputElement; preventDefault(): void }) {
      if (document.activeElement !== event.currentTarget) event.preventDefault();
    },
    onPointerMove(event: PointerEvent<HTMLInputElement>) {
      const state = drag.current;
      if (state === null) return;
      const dx = event.clientX - state.x;
      if (!state.moved && Math.abs(dx) < slack) return;
      state.moved = true;
      state.x = event.clientX;
      const factor = event.shiftKey ? 0.1 : event.ctrlKey ? 10 : 1;
      state.at = clamp(state.at + dx * state.perPixel * factor, min, max);
      const grid = event.shiftKey ? step / 10 : step;
      onScrub(clamp(onGrid(state.at, grid), min, max), state.gesture);
    },
    onPointerUp(event: PointerEvent<HTMLInputElement>) {
      const state = drag.current;
      drag.current = null;
      if (state !== null && !state.moved) event.currentTarget.focus();
    },
    onPointerCancel() {
      drag.current = null;
    },
  };
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}

/** The nearest multiple of a step, without the tail of digits that multiplying leaves behind. */
export function onGrid(value: number, step: number): number {
  if (!(step > 0)) return value;
  const decimals = Math.min(12, Math.max(0, Math.ceil(-Math.log10(step)) + 2));
  return Number((Math.round(value / step) * step).toFixed(decimals));
}
