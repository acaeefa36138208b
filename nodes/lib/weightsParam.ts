import { param } from "../../shared/node/params.ts";
import type { WeightRule } from "../../shared/prompt/weights.ts";

/** The choice of rules by which words in brackets get a weight. */
export function weightsParam<const R extends WeightRule>(rule: R) {
  return param.select({
    default: rule,
    about: "Whose rules give words in brackets a weight.",
    onCard: false,
    options: [
      { value: "comfyui", label: "ComfyUI", about: "(word:1.2) is exactly 1.2, away from the empty prompt." },
      { value: "a1111", label: "A1111", about: "Nested weights multiply, [word] weakens; the mean is restored." },
      { value: "none", label: "None", about: "Brackets are text." },
    ],
  });
}
