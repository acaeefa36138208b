import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";

export const node = defineNode({
  type: "sigmas/extend",
  version: 1,
  title: "Extend sigmas",
  summary: "Divides the steps of a range of levels into smaller ones.",
  keywords: ["ExtendIntermediateSigmas", "insert", "subdivide", "more steps"],
  doc: doc`
    Each step that starts between **start at** and **end at** becomes **steps** smaller ones: more work where the picture
    needs it, and the rest of the walk as it was. **Spacing** says where they lie: evenly, crowded towards the next
    level (cosine) or at the start (sine).
  `,
  cites: [],
  status: "stable",
  inputs: { sigmas: port.sigmas("levels to extend") },
  params: {
    steps: param.integer({ default: 2, min: 1, max: 100, about: "Steps that one becomes." }),
    startAt: param.number({
      default: null,
      min: 0,
      max: 20000,
      label: "Start at",
      empty: "the top",
      about: "Highest level whose step is divided.",
    }),
    endAt: param.number({
      default: 12,
      min: 0,
      max: 20000,
      label: "End at",
      about: "Lowest level whose step is divided.",
    }),
    spacing: param.select({
      default: "linear",
      about: "Where the new levels lie.",
      options: [
        { value: "linear", about: "evenly" },
        { value: "cosine", about: "crowded towards the next level" },
        { value: "sine", about: "crowded at the start" },
      ],
    }),
  },
  outputs: { sigmas: port.sigmas("old and new levels") },
  forecast: ({ sigmas }, params) => (sigmas ? { sigmas: extend(sigmas, params) } : {}),
  run: ({ sigmas }, params) => ({ sigmas: extend(sigmas, params) }),
});

interface Params {
  readonly steps: number;
  readonly startAt: number | null;
  readonly endAt: number;
  readonly spacing: "linear" | "cosine" | "sine";
}

const spacings = {
  linear: (part: number) => part,
  cosine: (part: number) => Math.sin((part * Math.PI) / 2),
  sine: (part: number) => 1 - Math.cos((part * Math.PI) / 2),
} as const;

function extend(sigmas: readonly number[], { steps, startAt, endAt, spacing }: Params): number[] {
  return sigmas.flatMap((sigma, i) => {
    const isInside = sigma >= endAt && sigma <= (startAt ?? Number.POSITIVE_INFINITY);
    if (i === sigmas.length - 1 || !isInside) return [sigma];
    const parts = Array.from({ length: steps }, (_, k) => spacings[spacing](k / steps));
    return parts.map((part) => sigma + part * (sigmas[i + 1] - sigma));
  });
}
