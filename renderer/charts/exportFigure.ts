/**
 * How drawn charts look is in style sheets, which a file does not take along: it is written into each element, where it
 * differs from what SVG takes for granted.
 */
const presentation: Readonly<Record<string, string>> = {
  fill: "",
  "fill-opacity": "1",
  stroke: "none",
  "stroke-width": "1px",
  "stroke-dasharray": "none",
  "stroke-linecap": "butt",
  "stroke-linejoin": "miter",
  opacity: "1",
};
const typography = ["font-family", "font-size", "font-weight"];

const padding = 16;
const titleHeight = 24;
const legendHeight = 20;
const gap = 12;

/** A picture of charts as a file. */
export interface Figure {
  readonly svg: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/**
 * The charts inside an element as one SVG file of their own, below each other, as they look now. Each chart is a `figure`
 * with an SVG whose `aria-label` becomes its title; elements with `data-hue` inside are its legend.
 */
export function figureOf(container: Element, heading: string): Figure {
  const look = getComputedStyle(container);
  const colours = { text: look.color, back: look.backgroundColor };
  const parts: string[] = [textAt(padding, padding + 12, heading, colours.text, 600)];
  let y = padding + titleHeight;
  let width = 0;
  for (const figure of container.querySelectorAll("figure")) {
    const svg = figure.querySelector("svg");
    if (svg === null) continue;
    const box = svg.getBoundingClientRect();
    parts.push(textAt(padding, y + 14, svg.getAttribute("aria-label") ?? "", colours.text, 500));
    parts.push(placed(svg, padding, y + titleHeight, box));
    y += titleHeight + box.height + 4;
    const legend = legendOf(figure, y, colours.text);
    parts.push(legend);
    y += (legend === "" ? 0 : legendHeight) + gap;
    width = Math.max(width, box.width);
  }
  const size = { width: Math.ceil(width + 2 * padding), height: Math.ceil(y) };
  return { ...size, svg: documentOf(parts.join(""), size, colours.back) };
}

function documentOf(content: string, { width, height }: Omit<Figure, "svg">, back: string): string {
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`;
  return `${head}<rect width="100%" height="100%" fill="${back}"/>${content}</svg>\n`;
}

function placed(svg: SVGSVGElement, x: number, y: number, { width, height }: DOMRect): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = [...svg.querySelectorAll("*")];
  [...copy.querySelectorAll("*")].forEach((element, i) => {
    const original = originals[i];
    if (original !== undefined) dress(element, original);
  });
  // Where the pointer happens to be is no part of the figure.
  copy.querySelector("[data-testid=chart-cursor]")?.remove();
  const group = [...copy.children].map((child) => new XMLSerializer().serializeToString(child)).join("");
  return `<svg x="${x}" y="${y}" width="${width}" height="${height}">${group}</svg>`;
}

/** Writes the look of an element on screen into its copy. */
function dress(copy: Element, original: Element): void {
  for (const name of ["class", "style"]) copy.removeAttribute(name);
  if (copy.tagName === "g") return;
  const look = getComputedStyle(original);
  for (const [name, usual] of Object.entries(presentation)) {
    const value = look.getPropertyValue(name);
    if (value !== usual) copy.setAttribute(name, value);
  }
  if (copy.tagName === "text") for (const name of typography) copy.setAttribute(name, look.getPropertyValue(name));
}

function legendOf(figure: Element, y: number, colour: string): string {
  let x = padding;
  let text = "";
  for (const entry of figure.querySelectorAll<HTMLElement>("[data-hue]")) {
    const hue = getComputedStyle(entry.firstElementChild ?? entry).backgroundColor;
    const name = entry.childNodes[1]?.textContent ?? "";
    text += `<rect x="${x}" y="${y + 7}" width="14" height="2" fill="${hue}"/>`;
    text += textAt(x + 20, y + 12, name, colour, 400);
    x += 34 + name.length * 7;
  }
  return text;
}

function textAt(x: number, y: number, text: string, colour: string, weight: number): string {
  const safe = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const font = `font-family="Inter, system-ui, sans-serif" font-size="12" font-weight="${weight}"`;
  return `<text x="${x}" y="${y}" fill="${colour}" ${font}>${safe}</text>`;
}

/** A figure as a PNG with `factor` pixels for each of its own. */
export async function figurePng({ svg, width, height }: Figure, factor = 2): Promise<Uint8Array<ArrayBuffer>> {
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const picture = new Image(width * factor, height * factor);
    picture.src = address;
    await picture.decode();
    const canvas = document.createElement("canvas");
    canvas.width = width * factor;
    canvas.height = height * factor;
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
    if (blob === null) throw new Error("The charts are too large for a picture. Export them as SVG.");
    return new Uint8Array(await blob.arrayBuffer());
  } finally {
    URL.revokeObjectURL(address);
  }
}
