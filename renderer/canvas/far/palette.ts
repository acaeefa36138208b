/** Colours of the theme for a canvas, which knows no custom properties: tokens are looked up once and mixed here. */
export interface Palette {
  /** "var(--focus)", "--focus" or "#f2b84b" as "rgb(…)". */
  of(colour: string): string;
  /** So much of one colour over another, 0 to 1. */
  mix(colour: string, share: number, under: string): string;
}

type Rgb = readonly [red: number, green: number, blue: number];

/** A palette of an element's theme. It lives as long as the theme does not change. */
export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element);
  return createPalette((name) => style.getPropertyValue(name));
}

/** A palette over tokens by name. */
export function createPalette(token: (name: string) => string): Palette {
  const known = new Map<string, Rgb>();
  const mixed = new Map<string, string>();
  const rgb = (colour: string): Rgb => {
    const found = known.get(colour) ?? parse(resolve(colour, token));
    known.set(colour, found);
    return found;
  };
  return {
    of: (colour) => text(rgb(colour)),
    mix(colour, share, under) {
      const key = `${colour} ${share} ${under}`;
      const [a, b] = [rgb(colour), rgb(under)];
      const found = mixed.get(key) ?? text(a.map((value, i) => value * share + b[i]! * (1 - share)) as unknown as Rgb);
      mixed.set(key, found);
      return found;
    },
  };
}

/** The value of a token, through tokens that stand for others. */
function resolve(colour: string, token: (name: string) => string): string {
  let value = colour.trim();
  for (let depth = 0; depth < 8; depth++) {
    const name = /^(?:var\()?(--[\w-]+)\)?$/.exec(value)?.[1];
    if (name === undefined) break;
    value = token(name).trim();
  }
  return value;
}

const grey: Rgb = [128, 128, 128];

function parse(value: string): Rgb {
  const short = /^#([\da-f])([\da-f])([\da-f])$/i.exec(value);
  const long = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})/i.exec(value);
  const parts = short?.slice(1).map((digit) => digit + digit) ?? long?.slice(1);
  return parts === undefined ? grey : (parts.map((part) => Number.parseInt(part, 16)) as unknown as Rgb);
}

function text([red, green, blue]: Rgb): string {
  return `rgb(${Math.round(red)} ${Math.round(green)} ${Math.round(blue)})`;
}
