import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from "react";
import type { Box, PlanePlot } from "../../shared/plot.ts";
import { Drawn } from "./Drawn.tsx";
import { drawPlane, type PlaneLayers } from "./drawPlane.ts";
import type { Drawing } from "./exportPlot.ts";
import type { FieldRequest } from "./field.ts";
import { type Frame, frameOf, type Margins, panned, zoomed } from "./frame.ts";
import { sigmaAt } from "./moment.ts";
import { usePalette } from "./palette.ts";
import styles from "./plot.module.css";
import { useField } from "./useField.ts";

export const planeMargins: Margins = { left: 34, top: 4, right: 4, bottom: 20 };

interface PlaneCanvasProps {
  readonly plot: PlanePlot;
  readonly layers: PlaneLayers;
  /** In moments. */
  readonly time: number;
  readonly width: number;
  readonly height: number;
  /** Canvas pixels of a pixel of the layout. */
  readonly sharpness: number;
  /** Zooms with the wheel and moves with the pointer. */
  readonly isFree: boolean;
  /** Takes the drawing, for exports. */
  readonly onDrawing: ((drawing: Drawing) => void) | undefined;
}

/** A plane with its points, drawn again whenever something changes: fast enough for a slider that moves. */
export function PlaneCanvas(props: PlaneCanvasProps) {
  const { plot, layers, time, width, height, sharpness, isFree, onDrawing } = props;
  const [view, setView] = useState<Box | null>(null);
  const palette = usePalette();
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = useMemo(
    () => frameOf(view ?? plot.view, width, height, planeMargins),
    [view, plot.view, width, height],
  );
  const field = useField(fieldRequest(plot, layers, time, frame));
  const drawing = useMemo<Drawing>(
    () => ({
      width,
      height,
      draw: (pen, isAlone) => drawPlane(pen, { plot, layers, time, field, isAlone }, frame, palette),
    }),
    [plot, layers, time, field, frame, palette, width, height],
  );
  const gestures = useGestures(frame, setView, canvas, isFree);
  const count = plot.clouds.reduce((sum, cloud) => sum + cloud.count, 0);
  return (
    <Drawn
      {...{ canvas, drawing, sharpness, onDrawing }}
      className={isFree ? styles.free : ""}
      label={`${plot.title}: ${count} points`}
      {...(isFree ? { tabIndex: 0, ...gestures } : {})}
    />
  );
}

/** Pixels of a cell of the field, at least. */
const finest = 4;
/** Gaussians times cells that are computed before cells grow: beyond it, the field would lag behind a slider. */
const mostWork = 1e7;

function fieldRequest(plot: PlanePlot, layers: PlaneLayers, time: number, frame: Frame): FieldRequest | null {
  if (plot.exact.length === 0 || !(layers.density || layers.score)) return null;
  const [moving] = plot.clouds.filter(({ sigmas }) => sigmas !== null);
  const sigma = (moving && sigmaAt(moving, time)) ?? plot.sigma;
  const { box, unit, width, height } = frame;
  const cell = Math.max(finest, Math.sqrt((width * height * plot.exact.length) / mostWork));
  const cells = ([low, high]: Box["x"]) => Math.max(1, Math.round(((high - low) * unit) / cell));
  return { exact: plot.exact, guided: plot.guided, sigma, box, columns: cells(box.x), rows: cells(box.y) };
}

type SetView = (change: (view: Box | null) => Box | null) => void;

/** Wheel zooms around the pointer, dragging moves, double click and 0 go back; arrows and + − do it by keys. */
function useGestures(
  frame: Frame,
  setView: SetView,
  canvas: { readonly current: HTMLCanvasElement | null },
  isFree: boolean,
) {
  const start = useRef<{ x: number; y: number; box: Box } | null>(null);
  const latest = useRef(frame);
  latest.current = frame;
  useEffect(() => {
    const element = canvas.current;
    if (element === null || !isFree) return;
    // React listens passively: the page behind would scroll.
    const zoom = (event: WheelEvent) => {
      event.preventDefault();
      event.stopPropagation();
      const { box, invert } = latest.current;
      const factor = Math.exp(-event.deltaY / 400);
      setView(() => zoomed(box, factor, invert(event.offsetX, event.offsetY)));
    };
    element.addEventListener("wheel", zoom, { passive: false });
    return () => element.removeEventListener("wheel", zoom);
  }, [canvas, isFree, setView]);
  return {
    onPointerDown(event: PointerEvent<HTMLCanvasElement>) {
      if (event.button > 1) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      start.current = { x: event.clientX, y: event.clientY, box: frame.box };
    },
    onPointerMove(event: PointerEvent) {
      const from = start.current;
      if (from === null) return;
      setView(() => panned(from.box, (from.x - event.clientX) / frame.unit, (event.clientY - from.y) / frame.unit));
    },
    onPointerUp() {
      start.current = null;
    },
    onDoubleClick() {
      setView(() => null);
    },
    onKeyDown(event: KeyboardEvent) {
      const next = keyView(event.key, frame);
      if (next === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      setView(() => next);
    },
  };
}

/** What a key makes of the part in sight; undefined for keys that are not for it, null to start anew. */
function keyView(key: string, { box }: Frame): Box | null | undefined {
  const middle = [(box.x[0] + box.x[1]) / 2, (box.y[0] + box.y[1]) / 2] as const;
  const step = (box.x[1] - box.x[0]) / 10;
  switch (key) {
    case "+":
    case "=":
      return zoomed(box, 1.25, middle);
    case "-":
      return zoomed(box, 0.8, middle);
    case "0":
      return null;
    case "ArrowLeft":
      return panned(box, -step, 0);
    case "ArrowRight":
      return panned(box, step, 0);
    case "ArrowUp":
      return panned(box, 0, step);
    case "ArrowDown":
      return panned(box, 0, -step);
  }
}
