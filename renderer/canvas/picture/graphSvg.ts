import type { Workflow } from "../../../shared/workflow/workflow.ts";
import type { Figure } from "../../charts/exportFigure.ts";
import type { Palette } from "../far/palette.ts";
import { boundsOf, type FarFrame, type FarWire, sceneOf } from "../far/scene.ts";
import { type Catalog, projectEdges, projectNodes } from "../project.ts";
import { wirePath } from "../wire/geometry.ts";
import { cardSvg, roomOf } from "./cardSvg.ts";
import { escaped, rounded, words } from "./svgText.ts";

const margin = 40;

interface GraphPicture {
  readonly workflow: Workflow;
  readonly catalog: Catalog;
  readonly palette: Palette;
  /** Data URLs of the pictures that a run left, by node. */
  readonly pictures: ReadonlyMap<string, string>;
}

/** A whole graph as an SVG file of its own, at its true size, with nothing of the page around it. Null without nodes. */
export function graphFigure({ workflow, catalog, palette, pictures }: GraphPicture): Figure | null {
  const nodes = projectNodes(workflow, [], catalog, []);
  const scene = sceneOf(nodes, projectEdges(workflow, null, catalog, []), catalog);
  const bounds = boundsOf([...scene.cards.map(roomOf), ...scene.frames]);
  if (bounds === null) return null;
  const linked = new Set(
    workflow.edges.flatMap(({ from, to }) => [`${from[0]} out ${from[1]}`, `${to[0]} in ${to[1]}`]),
  );
  const width = Math.ceil(bounds.width + 2 * margin);
  const height = Math.ceil(bounds.height + 2 * margin);
  const left = Math.floor(bounds.x - margin);
  const upper = Math.floor(bounds.y - margin);
  const brush = { palette, catalog, pictures, linked };
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" `,
    `viewBox="${left} ${upper} ${width} ${height}" font-family="Inter, system-ui, sans-serif">`,
    `<title>${escaped(workflow.name ?? "Workflow")}</title>`,
    rounded({ x: left, y: upper, width, height }, 0, palette.of("--canvas")),
    ...scene.frames.map((frame) => frameSvg(palette, frame)),
    ...scene.wires.map((wire) => wireSvg(palette, wire)),
    ...scene.cards.map((card) => cardSvg(brush, card)),
    "</svg>\n",
  ].join("");
  return { svg, width, height };
}

function frameSvg(palette: Palette, frame: FarFrame): string {
  const hue = frame.colour ?? "--t3";
  const title = { x: frame.x + 12, y: frame.y + 16, size: 13, weight: 600 };
  return (
    rounded(frame, 12, palette.mix(hue, 0.07, "--canvas"), palette.mix(hue, 0.42, "--canvas")) +
    words({ ...title, text: frame.title, colour: palette.of("--t2") })
  );
}

function wireSvg(palette: Palette, { points, colour, isIdle }: FarWire): string {
  const path = wirePath(points[0]!, points.at(-1)!, points.slice(1, -1));
  const stroke = isIdle ? palette.mix(colour, 0.35, "--canvas") : palette.of(colour);
  return `<path d="${path}" fill="none" stroke="${stroke}" stroke-width="2"/>`;
}
