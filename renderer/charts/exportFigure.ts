/** How drawn charts look is in style sheets, which a file does not take along: these are written into each element. */
const presentation = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linecap",
  "stroke-linejoin",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
] as const;

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

function placed(svg: SVGSVGElement, x: number, y: number, box: DOMRect): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = [svg, ...svg.querySelectorAll("*")];
  const copies = [copy, ...copy.querySelectorAll("*")];
  copies.forEach((element, i) => {
    const original = originals[i];
    if (original === undefined || element.tagName === "g") return;
    const look = getComputedStyle(original);
    element.removeAttribute("class");
    element.removeAttribute("style");
    for (const name of presentation) element.setAttribute(name, look.getPropertyValue(name));
  });
  const { width, height } = box;
  return new XMLSerializer()
    .serializeToString(copy)
    .replace(/^<svg /, `<svg x="${x}" y="${y}" viewBox="0 0 ${width} ${height}" `);
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
