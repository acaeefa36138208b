/** A rectangle in density-independent pixels of the desktop. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Size of the window at the first start, and the smallest that it can have. */
const defaultSize = { width: 1440, height: 900 };
export const minimumSize = { width: 1024, height: 640 };

/** The strip at the top of the window that a person has to reach to move it. */
const titleBarHeight = 40;
const reachableWidth = 200;

/**
 * Where the window opens: the saved rectangle, cut to fit a screen that is there now. `workAreas` are the usable areas
 * of all screens, the first one that of the primary screen. A rectangle that lies on no screen, or whose title bar
 * cannot be grabbed, moves to the middle of the primary one; the saved rectangle itself is left alone, so that it holds
 * again when the screen comes back.
 */
export function fitBounds(saved: Rectangle | null, workAreas: readonly Rectangle[]): Rectangle {
  const primary = workAreas[0] ?? { x: 0, y: 0, ...defaultSize };
  if (saved === null || !isRectangle(saved)) return centred(defaultSize, primary);
  const home = workAreas.find((area) => isReachable(saved, area));
  return home === undefined ? centred(saved, primary) : inside(saved, home);
}

/**
 * What to keep for the next start: where the window is now, unless the person left it where it was opened. Then it is
 * what was saved before, which may belong to a screen that is not there today.
 */
export function boundsToKeep(saved: Rectangle | null, opened: Rectangle, now: Rectangle): Rectangle {
  return saved !== null && isRectangle(saved) && isSame(opened, now) ? saved : now;
}

export function isSame(one: Rectangle, other: Rectangle): boolean {
  return (["x", "y", "width", "height"] as const).every((side) => one[side] === other[side]);
}

function isRectangle({ x, y, width, height }: Rectangle): boolean {
  return [x, y, width, height].every(Number.isFinite) && width > 0 && height > 0;
}

function isReachable(window: Rectangle, area: Rectangle): boolean {
  const visible = overlap(window.x, window.width, area.x, area.width);
  const bar = overlap(window.y, titleBarHeight, area.y, area.height);
  return visible >= Math.min(reachableWidth, window.width) && bar >= titleBarHeight;
}

function overlap(a: number, aLength: number, b: number, bLength: number): number {
  return Math.min(a + aLength, b + bLength) - Math.max(a, b);
}

function sized(size: { readonly width: number; readonly height: number }, area: Rectangle) {
  const clamp = (value: number, low: number, high: number) => Math.round(Math.max(Math.min(value, high), low));
  return {
    width: clamp(size.width, minimumSize.width, Math.max(area.width, minimumSize.width)),
    height: clamp(size.height, minimumSize.height, Math.max(area.height, minimumSize.height)),
  };
}

function centred(size: { readonly width: number; readonly height: number }, area: Rectangle): Rectangle {
  const { width, height } = sized(size, area);
  const x = Math.round(area.x + Math.max(0, (area.width - width) / 2));
  const y = Math.round(area.y + Math.max(0, (area.height - height) / 2));
  return { x, y, width, height };
}

function inside(window: Rectangle, area: Rectangle): Rectangle {
  const { width, height } = sized(window, area);
  const within = (at: number, length: number, low: number, room: number) =>
    Math.round(Math.max(low, Math.min(at, low + room - length)));
  return {
    x: within(window.x, width, area.x, area.width),
    y: within(window.y, height, area.y, area.height),
    width,
    height,
  };
}
