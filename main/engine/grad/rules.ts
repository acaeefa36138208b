import type { RuleEntry } from "./rule.ts";
import { activations } from "./rules/activations.ts";
import { convolution } from "./rules/convolution.ts";
import { elementwise } from "./rules/elementwise.ts";
import { globalPooling, indexing } from "./rules/indexing.ts";
import { linear } from "./rules/linear.ts";
import { movement } from "./rules/movement.ts";
import { normalization } from "./rules/normalization.ts";
import { pooling } from "./rules/pooling.ts";
import { reductionRules } from "./rules/reduction.ts";
import { resizing } from "./rules/resize.ts";
import { sampling } from "./rules/sampling.ts";
import { inSingle } from "./single.ts";

/** The rule of every operator that has one. */
export const gradientRules: ReadonlyMap<string, RuleEntry> = new Map(
  Object.entries({
    ...elementwise,
    ...activations,
    ...linear,
    ...convolution,
    ...inSingle(normalization),
    ...inSingle(reductionRules),
    ...movement,
    ...indexing,
    ...inSingle(globalPooling),
    ...pooling,
    ...resizing,
    ...sampling,
  }),
);
