import published from "./gitsLevels.json";
import type { Schedule } from "./schedule.ts";
import { logLinear } from "./tables.ts";

/** Rows of 2, 3, … 20 steps by coefficient; a row holds places in `levels`. */
const tables: Readonly<Record<string, readonly (readonly number[])[]>> = published.tables;

/** Tables by coefficient and number of steps, beyond 20 resampled, the last level replaced by 0: arXiv:2405.11326. */
export const gits: Schedule = {
  id: "gits",
  title: "gits",
  summary: "Optimised levels for 2 to 20 steps, made on Stable Diffusion 1.5.",
  doc: "Levels found by dynamic programming over how the sampling path bends: straight parts get long steps. Good pictures at 4 to 10 steps with euler, ipndm and deis. A **coefficient** above 1 moves steps to low noise (detail), below 1 to high noise (composition).",
  cites: [
    {
      id: "arXiv:2405.11326",
      by: "Chen and others, 2024",
      title: "On the Trajectory Regularity of ODE-based Diffusion Sampling",
    },
  ],
  settings: ["coefficient"],
  madeFor: "discrete",
  sigmas: (_model, steps, settings) => {
    const coefficient = settings?.coefficient ?? 1.2;
    // Tables go by twentieths.
    const rows = tables[(Math.round(coefficient * 20) / 20).toFixed(2)];
    if (!rows) throw new RangeError(`There is no table for the coefficient ${coefficient}. It takes 0.8 to 1.5.`);
    if (steps === 1) return [published.levels[0], 0];
    const table = rows[Math.min(steps, 20) - 2].map((place) => published.levels[place]);
    return [...logLinear(table, steps).slice(0, -1), 0];
  },
};
