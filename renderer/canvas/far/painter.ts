import type { Point } from "../../../shared/workflow/workflow.ts";
import { drawScene, type FarFacts, type FarView } from "./draw.ts";
import { type Lifted, lift, moved } from "./lift.ts";
import { type Palette, paletteOf } from "./palette.ts";
import type { FarWire, Scene } from "./scene.ts";

/** x, y and zoom of the canvas, as React Flow has them. */
export type Transform = readonly [x: number, y: number, zoom: number];

/** Pixels drawn beyond the window on every side: so far it can be moved before anything is drawn again. */
const margin = 192;
const settleMs = 120;

/**
 * Two canvases, one above the other: all that rests is drawn once and then only moved and scaled by the browser, until
 * it no longer covers the window or the view rests at another scale; what a hand moves is drawn above it.
 */
export class Painter {
  readonly #still: HTMLCanvasElement;
  readonly #moving: HTMLCanvasElement;
  #facts: () => FarFacts;
  #scene: Scene = { frames: [], cards: [], wires: [] };
  #lifted: Lifted | null = null;
  #offset: Point = { x: 0, y: 0 };
  #at: Transform = [0, 0, 1];
  #drawn: Transform | null = null;
  #size = { width: 0, height: 0 };
  #palette: Palette | null = null;
  #frame = 0;
  #timer = 0;

  constructor(still: HTMLCanvasElement, moving: HTMLCanvasElement, facts: () => FarFacts) {
    this.#still = still;
    this.#moving = moving;
    this.#facts = facts;
  }

  show(scene: Scene): void {
    this.#scene = scene;
    if (this.#lifted !== null) this.#lifted = lift(scene, this.#lifted.ids);
    this.redraw();
  }

  /** Draws everything anew in the next frame; colours, too. */
  redraw(): void {
    this.#drawn = null;
    this.#palette = null;
    this.#soon();
  }

  resize(width: number, height: number): void {
    if (width === this.#size.width && height === this.#size.height) return;
    this.#size = { width, height };
    const ratio = window.devicePixelRatio;
    const edge = { still: margin, moving: 0 };
    for (const [canvas, beside] of [[this.#still, edge.still] as const, [this.#moving, edge.moving] as const]) {
      const [wide, high] = [width + 2 * beside, height + 2 * beside];
      canvas.width = Math.round(wide * ratio);
      canvas.height = Math.round(high * ratio);
      Object.assign(canvas.style, {
        left: `${-beside}px`,
        top: `${-beside}px`,
        width: `${wide}px`,
        height: `${high}px`,
      });
    }
    this.redraw();
  }

  moveTo(at: Transform): void {
    this.#at = at;
    if (this.#drawn === null || !this.#covers()) {
      this.#drawn = null;
      this.#soon();
      return;
    }
    this.#place();
    window.clearTimeout(this.#timer);
    if (this.#drawn[2] !== at[2]) this.#timer = window.setTimeout(() => this.redraw(), settleMs);
  }

  /** Takes cards and their wires off the resting drawing, so that they can be moved. */
  lift(ids: ReadonlySet<string>): void {
    this.#lifted = lift(this.#scene, ids);
    this.#offset = { x: 0, y: 0 };
    this.redraw();
  }

  moveLifted(offset: Point): void {
    this.#offset = offset;
    this.#soon();
  }

  /** Shows a wire that a hand leads from a port, above everything else. */
  showLoose(wire: FarWire): void {
    this.#lifted = { ids: new Set(), rest: this.#scene, held: { frames: [], cards: [], wires: [wire] } };
    this.#soon();
  }

  /** Puts everything back into one drawing. */
  drop(): void {
    if (this.#lifted === null) return;
    this.#lifted = null;
    this.redraw();
  }

  end(): void {
    cancelAnimationFrame(this.#frame);
    window.clearTimeout(this.#timer);
  }

  #soon(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #draw(): void {
    const [x, y, zoom] = this.#at;
    const { width, height } = this.#size;
    if (width === 0) return;
    if (this.#drawn === null) {
      const view = { x: x + margin, y: y + margin, zoom, width: width + 2 * margin, height: height + 2 * margin };
      this.#drawOn(this.#still, view, this.#lifted?.rest ?? this.#scene);
      this.#drawn = this.#at;
      this.#place();
    }
    const lifted = this.#lifted === null ? null : moved(this.#lifted, this.#offset);
    this.#moving.hidden = lifted === null;
    if (lifted !== null) this.#drawOn(this.#moving, { x, y, zoom, width, height }, lifted);
  }

  #drawOn(canvas: HTMLCanvasElement, view: FarView, scene: Scene): void {
    // Kept in main memory: a drawing that changes this often is not worth a way to the graphics card and back.
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (context === null) return;
    this.#palette ??= paletteOf(canvas);
    drawScene({ context, view, palette: this.#palette, facts: this.#facts() }, scene);
  }

  /** Left, top and scale of the resting drawing at the present view. */
  #placing() {
    const [x, y, zoom] = this.#at;
    const [drawnX, drawnY, drawnZoom] = this.#drawn ?? this.#at;
    const scale = zoom / drawnZoom;
    return { scale, left: x - (margin + drawnX) * scale + margin, top: y - (margin + drawnY) * scale + margin };
  }

  #covers(): boolean {
    const { scale, left, top } = this.#placing();
    const { width, height } = this.#size;
    const [right, bottom] = [
      left - margin + (width + 2 * margin) * scale,
      top - margin + (height + 2 * margin) * scale,
    ];
    return scale > 0.6 && scale < 1.6 && left <= margin && top <= margin && right >= width && bottom >= height;
  }

  #place(): void {
    const { scale, left, top } = this.#placing();
    const [x, y] = scale === 1 ? [Math.round(left), Math.round(top)] : [left, top];
    this.#still.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
  }
}
