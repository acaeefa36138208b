/** Pixels of the copies: enough for a card at half its size. */
const side = 96;

/** Small copies of pictures by address. A picture that is not there yet is asked for, and told about when it is. */
export interface Thumbnails {
  of(url: string): CanvasImageSource | null;
  /** Lets go of all others. */
  keep(urls: ReadonlySet<string>): void;
}

export function createThumbnails(onReady: () => void): Thumbnails {
  const known = new Map<string, HTMLCanvasElement | null>();
  const load = (url: string) => {
    known.set(url, null);
    const image = new Image();
    image.onload = () => {
      if (!known.has(url)) return;
      known.set(url, shrunk(image));
      onReady();
    };
    image.src = url;
  };
  return {
    of(url) {
      if (!known.has(url)) load(url);
      return known.get(url) ?? null;
    },
    keep(urls) {
      for (const url of known.keys()) if (!urls.has(url)) known.delete(url);
    },
  };
}

function shrunk(image: HTMLImageElement): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context !== null) {
    context.imageSmoothingQuality = "medium";
    context.drawImage(image, 0, 0, side, side);
  }
  return canvas;
}
