/** Parts of the window in the order in which F6 visits them. Those that are closed are passed over. */
const regions = [
  "[data-region=bar]",
  "nav[aria-label=Panels]",
  "[data-region=left]",
  "[data-testid=canvas]",
  "[data-testid=inspector]",
  "[data-region=drawer]:not([hidden])",
  "[data-testid=status]",
];

const focusable = "button:not(:disabled), input:not(:disabled), textarea, a[href], [tabindex]:not([tabindex='-1'])";

/** What had the focus last in each region. */
const lastIn = new WeakMap<Element, HTMLElement>();

/** Moves the focus to the next part of the window (1) or the one before (-1), to where it was there last. */
export function walkRegions(by: 1 | -1): void {
  const shown = regions.flatMap((selector) => document.querySelector<HTMLElement>(selector) ?? []);
  const active = document.activeElement;
  const at = shown.findIndex((region) => region.contains(active));
  if (active instanceof HTMLElement && at >= 0) lastIn.set(shown[at]!, active);
  for (let step = 1; step <= shown.length; step++) {
    const from = at < 0 ? (by > 0 ? -1 : 0) : at;
    const region = shown[(from + by * step + shown.length * step) % shown.length];
    if (region !== undefined && enter(region)) return;
  }
}

/** Focuses what had the focus there last, else the region itself, else the first thing in it; false if nothing can. */
function enter(region: HTMLElement): boolean {
  const last = lastIn.get(region);
  const goal = last?.isConnected && region.contains(last) ? last : region.matches("[tabindex='0']") ? region : null;
  const found = goal ?? region.querySelector<HTMLElement>(focusable);
  // From the keyboard: the ring is shown even where the pointer was used before.
  found?.focus({ focusVisible: true } as FocusOptions);
  return found !== null && document.activeElement === found;
}

/** Whether nothing is open that keeps the focus to itself. */
export function canWalk(): boolean {
  return document.querySelector("[role=dialog], [role=menu], [role=listbox]") === null;
}
