import type { Pen } from "./draw.ts";
import type { FarCard } from "./scene.ts";

/** Height of titles in pixels on the screen. */
const size = 10.5;

/** The title of a card at its upper left: two lines at most, the second cut short with an ellipsis. */
export function drawLabel({ context, palette, view: { zoom } }: Pen, card: FarCard, room: number): void {
  context.font = `600 ${size / zoom}px "Inter Variable", sans-serif`;
  context.textBaseline = "top";
  context.fillStyle = palette.of("--t1");
  const margin = 5 / zoom;
  const step = (size * 1.2) / zoom;
  const count = Math.min(2, Math.max(1, Math.floor((room - margin) / step)));
  const width = (text: string) => context.measureText(text).width;
  const lines = wrapped(card.title, card.width - 2 * margin, count, width);
  for (const [index, line] of lines.entries()) context.fillText(line, card.x + margin, card.y + margin + index * step);
}

/** A text in lines no wider than `room`, at most `count` of them; what does not fit ends in an ellipsis. */
export function wrapped(text: string, room: number, count: number, width: (text: string) => number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && width(`${last} ${word}`) <= room) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  const kept = lines.slice(0, count);
  if (lines.length > count) kept[count - 1] = lines.slice(count - 1).join(" ");
  return kept.map((line) => cut(line, room, width));
}

function cut(line: string, room: number, width: (text: string) => number): string {
  if (width(line) <= room) return line;
  let length = line.length;
  while (length > 1 && width(`${line.slice(0, length)}…`) > room) length--;
  return `${line.slice(0, length).trimEnd()}…`;
}

const marks: Readonly<Record<string, readonly [colour: string, path: string]>> = {
  done: ["--ok", "M20 6 9 17l-5-5"],
  cached: ["--ok", "M4 14 14 3l-2 8h8L10 21l2-7z"],
  queued: ["--t2", "M12 3a9 9 0 1 0 .01 0M12 7v5l3 2"],
  running: ["--focus", "M12 3a9 9 0 1 1-9 9"],
  error: ["--danger", "M8 3h8l5 5v8l-5 5H8l-5-5V8zM12 8v4M12 16v.1"],
  warning: ["--warn", "M12 4 2.5 20h19zM12 10v4M12 17v.1"],
};

/** The sign of a state at the lower right of a card. */
export function drawMark({ context, palette, view: { zoom } }: Pen, card: FarCard, state: string): void {
  const mark = marks[state];
  if (mark === undefined) return;
  const scale = 10 / 24 / zoom;
  const side = 24 * scale;
  context.save();
  context.translate(card.x + card.width - side - 3 / zoom, card.y + card.height - side - 3 / zoom);
  context.scale(scale, scale);
  context.lineWidth = 2.4;
  context.strokeStyle = palette.of(mark[0]);
  context.stroke(new Path2D(mark[1]));
  context.restore();
}
