import type { ParamValue } from "../../shared/node/params.ts";
import type { Box } from "../../shared/plot.ts";
import type { Component } from "../../shared/testbed/component.ts";

/** The components that a parameter holds; what is none is left out, the check says why. */
export function readComponents(value: ParamValue): Component[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one: ParamValue) => {
    if (typeof one !== "object" || one === null || Array.isArray(one)) return [];
    const { weight, mean, std, label = "" } = one as Readonly<Record<string, ParamValue>>;
    const isComponent = [weight, std, ...(Array.isArray(mean) ? mean : [null])].every((n) => typeof n === "number");
    if (!isComponent) return [];
    return [{ weight, mean, std, label: String(label) } as Component];
  });
}

/** A copy with one component changed. */
export function withComponent(all: readonly Component[], index: number, change: Partial<Component>): Component[] {
  return all.map((one, i) => (i === index ? { ...one, ...change } : one));
}

/** A component to add: where the last one is not, with its label. */
export function nextComponent(all: readonly Component[]): Component {
  const last = all.at(-1);
  if (last === undefined) return { weight: 1, mean: [0, 0], std: 0.5, label: "a" };
  const { x, y } = boxOf(all);
  const [cx, cy] = [(x[0] + x[1]) / 2, (y[0] + y[1]) / 2];
  return { ...last, mean: [rounded(2 * cx - last.mean[0]), rounded(2 * cy - last.mean[1])] };
}

/** The part of the plane that shows all components. */
export function boxOf(all: readonly Component[]): Box {
  const range = (axis: 0 | 1): Box["x"] => {
    const low = Math.min(...all.map(({ mean, std }) => mean[axis] - 2 * std));
    const high = Math.max(...all.map(({ mean, std }) => mean[axis] + 2 * std));
    return Number.isFinite(low + high) && high > low ? [low, high] : [-1, 1];
  };
  return { x: range(0), y: range(1) };
}

/** Smallest spread that dragging and keys make. */
const least = 0.01;

/** A spread as dragging makes it: on the grid, and above 0. */
export function spreadOf(value: number, step = 0.05): number {
  return Math.max(least, rounded(value, step));
}

/** A place on the grid of a step, without the digits that multiplying leaves. */
export function rounded(value: number, step = 0.05): number {
  return Number((Math.round(value / step) * step).toFixed(4)) + 0;
}
