import { labelOf } from "../../../shared/node/names.ts";
import { wiresIntoParam } from "../../../shared/node/params.ts";
import type { WireType } from "../../../shared/node/wires.ts";
import { familyOf } from "../../theme/wires.ts";
import { cardParams, portRows, showsPicture } from "../card/shape.ts";
import type { Palette } from "../far/palette.ts";
import type { Box, FarCard } from "../far/scene.ts";
import { shapeOf } from "../far/shape.ts";
import type { Catalog } from "../project.ts";
import { escaped, fitted, rounded, widthOf, words } from "./svgText.ts";
import { valueText } from "./valueText.ts";

/** What cards are drawn with. */
export interface Brush {
  readonly palette: Palette;
  readonly catalog: Catalog;
  /** Data URLs of the pictures that a run left, by node. */
  readonly pictures: ReadonlyMap<string, string>;
  /** Ends of links: "node in port" and "node out port". */
  readonly linked: ReadonlySet<string>;
}

const header = 32;
const row = 24;
const field = 24;

/** A card as it stands on the canvas: header, ports, parameters and the picture it has. */
export function cardSvg(brush: Brush, card: FarCard): string {
  if (card.node.type === "view/note") return noteSvg(brush, card);
  const { palette, pictures } = brush;
  const body = card.node.collapsed === true ? "" : rowsSvg(brush, card) + paramsSvg(brush, card);
  const picture = card.node.collapsed === true ? undefined : pictures.get(card.id);
  return [
    `<g${card.isOff ? ' opacity="0.5"' : ""}>`,
    rounded(card, 8, palette.of("--card"), palette.of("--line2")),
    headerSvg(palette, card),
    body,
    picture === undefined ? "" : pictureSvg(card, picture),
    portsSvg(brush, card),
    "</g>",
  ].join("");
}

function headerSvg(palette: Palette, { x, y, width, title, hue }: FarCard): string {
  const path = `M${x} ${y + header}V${y + 8}a8 8 0 0 1 8-8H${x + width - 8}a8 8 0 0 1 8 8V${y + header}Z`;
  const text = fitted(title, width - 24, 13);
  const at = { x: x + 12, y: y + header / 2 };
  return (
    `<path d="${path}" fill="${palette.mix(hue, 0.14, "--card")}"/>` +
    words({ ...at, text, colour: palette.of("--t1"), size: 13, weight: 600 })
  );
}

function rowsSvg({ palette, catalog }: Brush, card: FarCard): string {
  const description = catalog.get(card.node.type);
  if (description === undefined) {
    const text = fitted(card.node.type, card.width - 24, 12);
    return words({ x: card.x + 12, y: card.y + 56, text, colour: palette.of("--t2") });
  }
  const line = { colour: palette.of("--t1"), size: 12.5 };
  return portRows(description)
    .map(({ input, output }, index) => {
      const y = card.y + header + 6 + (index + 0.5) * row;
      const left = input === undefined ? "" : words({ ...line, x: card.x + 12, y, text: labelOf(...input) });
      const right = { ...line, x: card.x + card.width - 12, y, anchor: "end" as const };
      return left + (output === undefined ? "" : words({ ...right, text: labelOf(...output) }));
    })
    .join("");
}

function paramsSvg({ palette, catalog, linked }: Brush, card: FarCard): string {
  const description = catalog.get(card.node.type);
  if (description === undefined) return "";
  const { ports } = shapeOf(card.node, description);
  let y = card.y + header + 6 + portRows(description).length * row;
  return cardParams(description.params, card.node.params)
    .map(([name, param]) => {
      const height = param.kind === "text" ? 29 : 28;
      const middle = ports.has(`in ${name}`) ? card.y + ports.get(`in ${name}`)! : y + height / 2;
      y += height;
      const label = labelOf(name, param);
      const isLinked = linked.has(`${card.id} in ${name}`);
      const value = isLinked ? "linked" : valueText(param, card.node.params[name] ?? param.default);
      return fieldSvg(palette, card, middle, { label: param.kind === "text" ? "" : label, value });
    })
    .join("");
}

function fieldSvg(palette: Palette, card: FarCard, middle: number, { label, value }: { label: string; value: string }) {
  const box = { x: card.x + 10, y: middle - field / 2 + 1, width: card.width - 20, height: field - 2 };
  const room = box.width - 16 - (label === "" ? 0 : widthOf(label, 12) + 8);
  const text = fitted(value, room, 12);
  const inside = { y: middle, size: 12 };
  const named = words({ ...inside, x: box.x + 8, text: label, colour: palette.of("--t2") });
  const end = { x: box.x + box.width - 8, anchor: "end" as const };
  const place = label === "" ? { x: box.x + 8 } : end;
  return (
    rounded(box, 4, palette.of("--field")) +
    (label === "" ? "" : named) +
    words({ ...inside, ...place, text, colour: palette.of("--t1") })
  );
}

const margin = 8;
const caption = 20;

function pictureSvg(card: FarCard, address: string): string {
  const side = Math.min(card.width - 2 * margin, card.height - header - margin - caption);
  if (side < 16) return "";
  const x = card.x + (card.width - side) / 2;
  const y = card.y + card.height - margin - side - (showsPicture(card.node.type) ? 0 : margin);
  return `<image x="${x}" y="${y}" width="${side}" height="${side}" href="${escaped(address)}"/>`;
}

function portsSvg({ palette, catalog, linked }: Brush, card: FarCard): string {
  const description = catalog.get(card.node.type);
  if (description === undefined) return "";
  return [...shapeOf(card.node, description).ports]
    .map(([key, y]) => {
      const [side, name = ""] = key.split(" ") as ["in" | "out", string];
      const param = description.params[name];
      const port = (side === "in" ? description.inputs : description.outputs)[name]?.wire;
      const wire = port ?? (param === undefined ? undefined : wiresIntoParam[param.kind][0]);
      if (wire === undefined) return "";
      const isFilled = side === "out" || linked.has(`${card.id} ${key}`);
      const at = { x: side === "in" ? card.x : card.x + card.width, y: card.y + y };
      return dotSvg(palette, wire, at, isFilled, port === undefined && !isFilled ? 3 : 5);
    })
    .join("");
}

function dotSvg(palette: Palette, wire: WireType, { x, y }: { x: number; y: number }, isFilled: boolean, r: number) {
  const hue = palette.of(`--wire-${wire}`);
  const ring = isFilled ? palette.of("--canvas") : hue;
  const look = `fill="${isFilled ? hue : palette.of("--card")}" stroke="${ring}" stroke-width="1.5"`;
  const family = familyOf(wire);
  if (family === "circle") return `<circle cx="${x}" cy="${y}" r="${r}" ${look}/>`;
  const width = family === "bar" ? r : 2 * r;
  const turn = family === "diamond" ? ` transform="rotate(45 ${x} ${y})"` : "";
  return `<rect x="${x - width / 2}" y="${y - r}" width="${width}" height="${2 * r}" rx="1.5" ${look}${turn}/>`;
}

/** The room that a card takes in the picture: a note is as high as its words need. */
export function roomOf(card: FarCard): Box {
  const { x, y, width, height } = card;
  if (card.node.type !== "view/note") return card;
  return { x, y, width, height: Math.max(height, 24 + noteLines(card).length * noteLine) };
}

const noteLine = 17;

function noteLines({ node, width }: FarCard): string[] {
  return linesOf(String(node.params.text ?? ""), width - 24);
}

function noteSvg({ palette }: Brush, card: FarCard): string {
  const colour = palette.of("--t2");
  return (
    rounded(roomOf(card), 6, palette.mix("--card", 0.6, "--canvas"), palette.of("--line1")) +
    noteLines(card)
      .map((text, i) => words({ x: card.x + 12, y: card.y + 20 + i * noteLine, text, colour }))
      .join("")
  );
}

/** Words of Markdown in lines of at most so many pixels, its signs left out. */
function linesOf(markdown: string, room: number): string[] {
  return markdown
    .replaceAll(/^#+ |[*_`]/gm, "")
    .split("\n")
    .flatMap((paragraph) => {
      const lines: string[] = [];
      for (const word of paragraph.split(/\s+/)) {
        const last = lines.at(-1);
        if (last !== undefined && widthOf(`${last} ${word}`, 12) <= room) lines[lines.length - 1] = `${last} ${word}`;
        else lines.push(word);
      }
      return lines;
    });
}
