import type { Cloud, PlanePlot } from "../../shared/plot.ts";
import { drawAxes, drawGrid } from "./drawAxes.ts";
import { drawDensity, drawRings, drawScore, mostRings } from "./drawExact.ts";
import { drawNames } from "./drawNames.ts";
import { dustOf } from "./dust.ts";
import type { FieldGrid } from "./field.ts";
import type { Frame } from "./frame.ts";
import { blurOf, glowOf, tinted } from "./glow.ts";
import { chosenPoints, pathOf, pointsAt } from "./moment.ts";
import { type Palette, rgbOf } from "./palette.ts";
import { marks, type Pen } from "./pen.ts";

/** What of a plane is drawn. */
export interface PlaneLayers {
  readonly points: "glow" | "dots";
  readonly trails: boolean;
  readonly rings: boolean;
  readonly density: boolean;
  readonly score: boolean;
}

/** The layers that a plot starts with. Too many Gaussians for rings are shown by their density. */
export function layersOf({ field, trails, exact }: PlanePlot): PlaneLayers {
  return {
    points: trails > 0 ? "dots" : "glow",
    trails: trails > 0,
    rings: true,
    density: field === "density" || field === "both" || exact.length > mostRings,
    score: field === "score" || field === "both",
  };
}

export interface PlaneScene {
  readonly plot: Pick<PlanePlot, "clouds" | "exact" | "guided" | "trails">;
  readonly layers: PlaneLayers;
  /** In moments, from 0. */
  readonly time: number;
  readonly field: FieldGrid | null;
  /** Names the series in the picture itself. */
  readonly isAlone: boolean;
}

/** Draws a plane from back to front: field, grid, points, paths, rings, markers, axes. */
export function drawPlane(pen: Pen, scene: PlaneScene, frame: Frame, palette: Palette): void {
  const { plot, layers, field } = scene;
  const { width, height, margins } = frame;
  pen.rectangle(0, 0, width, height, { color: palette.back });
  const inner = [width - margins.left - margins.right, height - margins.top - margins.bottom] as const;
  pen.clip(margins.left, margins.top, ...inner, () => {
    if (field !== null && layers.density) drawDensity(pen, field, frame, palette);
    drawGrid(pen, frame, palette);
    for (const [i, cloud] of plot.clouds.entries()) drawPoints(pen, cloud, seriesOf(scene, i, palette), frame);
    if (layers.trails)
      for (const [i, cloud] of plot.clouds.entries()) drawTrails(pen, cloud, seriesOf(scene, i, palette), frame);
    if (field !== null && layers.score) drawScore(pen, field, frame, palette);
    if (layers.rings) drawRings(pen, plot, frame, palette);
    for (const [i, cloud] of plot.clouds.entries()) drawMarkers(pen, cloud, seriesOf(scene, i, palette), frame);
  });
  drawAxes(pen, frame, palette);
  if (scene.isAlone) drawNames(pen, plot.clouds, margins.left + 12, height - margins.bottom - 12, palette);
}

/** How one of the clouds looks. */
interface Series {
  readonly scene: PlaneScene;
  readonly index: number;
  readonly color: string;
  readonly trail: string;
  readonly top: string;
  readonly isOnly: boolean;
}

function seriesOf(scene: PlaneScene, index: number, palette: Palette): Series {
  const color = palette.series[index % palette.series.length]!;
  const isOnly = scene.plot.clouds.length === 1;
  return { scene, index, color, trail: isOnly ? palette.trail : color, top: palette.top, isOnly };
}

/** Clouds of so few points are drawn with a marker for each. */
const few = 400;

function drawPoints(pen: Pen, cloud: Cloud, { scene, color, top, isOnly }: Series, frame: Frame): void {
  const points = pointsAt(cloud, scene.time);
  if (scene.layers.points === "glow" && cloud.count > few) {
    // One blur for the whole walk, that of its end: it must not change while the points move.
    const glow = glowOf(points, frame, blurOf(pointsAt(cloud, cloud.moments), frame));
    const bytes = tinted(glow, rgbOf(color), rgbOf(isOnly ? top : color), 0.95);
    pen.raster(bytes, glow.width, 0, 0, glow.width * glow.cell, glow.height * glow.cell);
  } else if (cloud.count > few) {
    if (!pen.isRaster) {
      pen.markers("circle", inPixels(points, frame), 1.5, { color, alpha: 0.6 });
      return;
    }
    const { bytes, columns, fine } = dustOf(points, frame, rgbOf(color), 0.6);
    pen.raster(bytes, columns, 0, 0, columns / fine, bytes.length / (columns * 4 * fine));
  }
}

function drawTrails(pen: Pen, cloud: Cloud, { scene, trail }: Series, frame: Frame): void {
  if (cloud.moments < 2) return;
  const chosen = chosenPoints(cloud.count, scene.plot.trails);
  const alpha = chosen.length > 200 ? 0.3 : 0.6;
  for (const point of chosen)
    pen.line(inPixels(pathOf(cloud, point, scene.time), frame), { color: trail, width: 1, alpha });
}

/** Points that stand for a cloud when several are laid over each other. */
const standing = 120;

function drawMarkers(pen: Pen, cloud: Cloud, { scene, index, color, isOnly }: Series, frame: Frame): void {
  const isMoving = cloud.moments > 1 && scene.layers.trails;
  const wanted = cloud.count <= few ? cloud.count : isMoving ? scene.plot.trails : isOnly ? 0 : standing;
  if (wanted === 0) return;
  const points = pointsAt(cloud, scene.time);
  const chosen = chosenPoints(cloud.count, wanted).flatMap((i) => [points[2 * i]!, points[2 * i + 1]!]);
  pen.markers(marks[index % marks.length]!, inPixels(chosen, frame), isMoving ? 5 : 4.5, { color, alpha: 0.95 });
}

function inPixels(points: ArrayLike<number>, { x, y }: Frame): Float32Array {
  const pixels = new Float32Array(points.length);
  for (let i = 0; i + 1 < pixels.length; i += 2) {
    pixels[i] = x(points[i]!);
    pixels[i + 1] = y(points[i + 1]!);
  }
  return pixels;
}
