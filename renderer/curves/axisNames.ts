import type { CurveAxis } from "../../shared/curves/axis.ts";
import { formatNumber } from "../controls/format.ts";

/** Shown names of the axes. */
export const axisNames: Readonly<Record<CurveAxis, string>> = {
  fraction: "Fraction",
  sigma: "Sigma",
  logSnr: "Log-SNR",
};

/** A place on an axis as people read it. */
export function formatPlace(over: CurveAxis, x: number): string {
  return over === "sigma" ? formatNumber(Number(x.toPrecision(3)), 0) : formatNumber(Number(x.toFixed(3)), 0);
}
