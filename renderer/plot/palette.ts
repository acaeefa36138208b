import { useSyncExternalStore } from "react";
import type { Rgb } from "./glow.ts";

/** Colours of plots, as the theme has them now. */
export interface Palette {
  readonly theme: string;
  readonly back: string;
  readonly grid: string;
  readonly axis: string;
  readonly trail: string;
  readonly field: string;
  /** Brightest part of a glow. */
  readonly top: string;
  /** By series. */
  readonly series: readonly string[];
  /** By label of the exact distribution. */
  readonly labels: readonly string[];
}

const series = ["latent", "image", "reward", "mask", "conditioning"];
const labels = ["denoiser", "noise", "reward", "number", "curve", "text"];

let known: Palette | null = null;

/** The palette of the theme that is shown. */
export function paletteNow(): Palette {
  const theme = document.documentElement.dataset.theme ?? "dark";
  if (known?.theme === theme) return known;
  const style = getComputedStyle(document.documentElement);
  const color = (name: string) => style.getPropertyValue(`--${name}`).trim();
  known = {
    theme,
    back: color("field"),
    grid: color("line1"),
    axis: color("t3"),
    trail: color("wire-image"),
    field: color("wire-mask"),
    top: theme === "light" ? color("t1") : "#ffffff",
    series: series.map((name) => color(`wire-${name}`)),
    labels: labels.map((name) => color(`wire-${name}`)),
  };
  return known;
}

/** The palette for components: they draw again when the theme changes. */
export function usePalette(): Palette {
  return useSyncExternalStore(watchTheme, paletteNow);
}

function watchTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  return () => observer.disconnect();
}

/** Bytes of "#rrggbb". */
export function rgbOf(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** Places of the labels of an exact distribution among its colours, in their order. */
export function labelOrder(exact: readonly { readonly label: string }[]): readonly string[] {
  return [...new Set(exact.map(({ label }) => label))];
}
