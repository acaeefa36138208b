import { type PointerEvent, useEffect, useMemo, useRef } from "react";
import { useReactFlow, useStoreApi } from "reactflow";
import { useView } from "../../state/canvasView.ts";
import { catalogByType } from "../../state/catalog.ts";
import { categoryOf, groupOf } from "../../theme/categories.ts";
import { paletteOf } from "../far/palette.ts";
import { type Box, boundsOf } from "../far/scene.ts";
import { type CanvasNode, sizeOf } from "../project.ts";
import styles from "./tools.module.css";

const size = { width: 168, height: 104 };
const padding = 8;
/** The map is drawn when the graph has rested so long: not at every frame of a drag. */
const restMs = 100;

/** The whole graph in small, nodes in the hue of their category; the pointer moves the view. */
export function Minimap({ nodes }: { readonly nodes: readonly CanvasNode[] }) {
  const isShown = useView((view) => view.isMinimapShown);
  return isShown ? <Drawn nodes={nodes} /> : null;
}

function Drawn({ nodes }: { readonly nodes: readonly CanvasNode[] }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const sight = useRef<HTMLElement>(null);
  const store = useStoreApi();
  const flow = useReactFlow();
  const cards = useMemo(() => nodes.filter(({ type }) => type !== "frame"), [nodes]);
  const bounds = useMemo(() => boundsOf(cards.map((card) => ({ ...card.position, ...sizeOf(card) }))), [cards]);
  useEffect(() => {
    const timer = window.setTimeout(() => {
      if (canvas.current !== null && bounds !== null) draw(canvas.current, cards, bounds);
    }, restMs);
    return () => window.clearTimeout(timer);
  }, [cards, bounds]);
  useEffect(() => {
    const follow = () => {
      const { transform, width, height } = store.getState();
      if (sight.current !== null && bounds !== null) place(sight.current, bounds, transform, width, height);
    };
    follow();
    return store.subscribe(follow);
  }, [store, bounds]);
  const go = (event: PointerEvent<HTMLElement>) => {
    if (event.buttons !== 1 || bounds === null) return;
    const { left, top } = event.currentTarget.getBoundingClientRect();
    const { scale, x, y } = fit(bounds);
    const at = { x: (event.clientX - left - x) / scale, y: (event.clientY - top - y) / scale };
    void flow.setCenter(at.x, at.y, { zoom: flow.getZoom() });
  };
  return (
    <div
      className={`react-flow__panel ${styles.map}`}
      data-testid="minimap"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        go(event);
      }}
      onPointerMove={go}
    >
      <canvas ref={canvas} role="img" aria-label="Minimap" />
      <i ref={sight} />
    </div>
  );
}

/** Where the graph lies in the map. */
function fit({ x, y, width, height }: Box) {
  const room = { width: size.width - 2 * padding, height: size.height - 2 * padding };
  const scale = Math.min(room.width / Math.max(1, width), room.height / Math.max(1, height), 0.2);
  return { scale, x: (size.width - width * scale) / 2 - x * scale, y: (size.height - height * scale) / 2 - y * scale };
}

function draw(canvas: HTMLCanvasElement, cards: readonly CanvasNode[], bounds: Box): void {
  const ratio = window.devicePixelRatio;
  canvas.width = size.width * ratio;
  canvas.height = size.height * ratio;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) return;
  const palette = paletteOf(canvas);
  const { scale, x, y } = fit(bounds);
  context.setTransform(scale * ratio, 0, 0, scale * ratio, x * ratio, y * ratio);
  for (const card of cards) {
    context.fillStyle = palette.mix(hueOf(card), 0.62, "--panel");
    const { width, height } = sizeOf(card);
    context.fillRect(card.position.x, card.position.y, width, height);
  }
}

function hueOf({ data }: CanvasNode): string {
  const { type, color } = data.node as { readonly type: string; readonly color?: string };
  return color ?? categoryOf(catalogByType.has(type) ? groupOf(type) : "missing").hue;
}

type Transform = readonly [x: number, y: number, zoom: number];

/** Moves the frame around what the window shows. */
function place(sight: HTMLElement, bounds: Box, [tx, ty, zoom]: Transform, wide: number, high: number): void {
  const { scale, x, y } = fit(bounds);
  const part = scale / zoom;
  sight.style.width = `${wide * part}px`;
  sight.style.height = `${high * part}px`;
  sight.style.transform = `translate(${x - tx * part}px, ${y - ty * part}px)`;
}
