/** Text that is safe between tags and in attributes. */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** Pixels that a text takes in Inter at a size, about: no page is asked, so that a picture is the same everywhere. */
export function widthOf(text: string, size: number): number {
  return text.length * size * 0.56;
}

/** The text, cut short with an ellipsis where it does not fit. */
export function fitted(text: string, room: number, size: number): string {
  const count = Math.max(1, Math.floor(room / (size * 0.56)));
  return text.length <= count ? text : `${text.slice(0, count - 1).trimEnd()}…`;
}

interface Words {
  readonly x: number;
  /** Of the middle of the line. */
  readonly y: number;
  readonly text: string;
  readonly colour: string;
  /** Font size in pixels; 12 unless said otherwise. */
  readonly size?: number;
  readonly weight?: number;
  readonly anchor?: "start" | "middle" | "end";
}

/** One line of text. */
export function words({ x, y, text, colour, size = 12, weight = 400, anchor = "start" }: Words): string {
  const font = `font-size="${size}" font-weight="${weight}" text-anchor="${anchor}"`;
  return `<text x="${x}" y="${y + size * 0.36}" fill="${colour}" ${font}>${escaped(text)}</text>`;
}

/** A rectangle with round corners. */
export function rounded(
  box: { x: number; y: number; width: number; height: number },
  radius: number,
  fill: string,
  stroke?: string,
): string {
  const { x, y, width, height } = box;
  const edge = stroke === undefined ? "" : ` stroke="${stroke}"`;
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}" fill="${fill}"${edge}/>`;
}
