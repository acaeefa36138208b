import { checkNames, evaluate } from "../../shared/expression/evaluate.ts";
import { parse } from "../../shared/expression/parse.ts";
import { perSample, type Value } from "../../shared/expression/values.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import type { RewardTraits } from "../../shared/reward.ts";
import { cast } from "../../shared/tensor/index.ts";
import { type AnyTensor, dtypeOf, isFloatTensor, type Tensor } from "../../shared/tensor/tensor.ts";
import { onceForShape } from "../lib/mask.ts";
import { atSize } from "../lib/picture.ts";
import { jointTraits, mixedRewards } from "../lib/rewards.ts";

export const node = defineNode({
  type: "reward/expression",
  version: 1,
  title: "Expression reward",
  summary: "Scores by a formula over images, other rewards, tensors and numbers.",
  keywords: ["formula", "custom", "text", "math", "script", "combine"],
  doc: doc`
    Write the reward as a formula. Names are \`x\` (the image or latent), \`r1\`, \`r2\` … (the **rewards**' values),
    \`t1\` … (the **tensors**, fitted to the size of \`x\`), \`n1\` … (the **numbers**), \`sigma\` (the noise level; 0 for
    clean ones), \`pi\` and \`e\`. The result is one number for each sample.

    * \`+ - * / ^\` and brackets; one value a sample, one channel and one row spread to the rest.
    * Each value: \`abs sqrt exp log sin cos tanh sigmoid log_sigmoid clamp(x, low, high) min(a, b, …) max(a, b, …)\`.
    * Each sample: \`mean sum std norm dot(a, b) quantile(x, share)\`.
    * Pictures: \`red green blue channel(x, i) crop(x, left, top, right, bottom)\` (edges 0 to 1)
      \`blur(x, pixels) dx dy mirror\`.

    For example \`-mean((blur(x, 2) - t1)^2)\`, \`min(r1, 2 * r2) - 0.1 * mean(abs(dx(x)))\` or
    \`mean(red(crop(x, 0, 0, 1, 0.3)))\`. It is differentiated exactly, and can only compute: formulas have no loops and
    reach nothing but what is listed here.
  `,
  cites: [],
  status: "stable",
  inputs: {
    rewards: port.reward("r1, r2 and so on", { many: true, optional: true }),
    tensors: port.tensor("t1, t2 and so on", { many: true, optional: true }),
    numbers: port.number("n1, n2 and so on", { many: true, optional: true }),
  },
  params: {
    expression: param.text({
      default: "mean(x)",
      multiline: true,
      about: "The formula.",
      placeholder: "mean(red(x)) - mean(blue(x))",
    }),
    on: param.select({
      default: "image",
      label: "x is",
      about: "What the reward scores.",
      options: [
        { value: "image", label: "An image", about: "Decoded pixels, 0 to 1." },
        { value: "latent", label: "A latent", about: "The model's own numbers; no decoder is needed." },
      ],
    }),
  },
  outputs: { reward: port.reward("value of the formula") },
  forecast: ({ rewards, tensors, numbers }, { expression, on }, { problem }) => {
    const report = (port: string, message: string) => problem({ port, severity: "error", message });
    const known = rewards.filter((one) => one !== undefined);
    const joint = traitsOf(known, on, expression);
    if (typeof joint === "string") report("rewards", joint);
    const names = namesOf(rewards.length, tensors.length, numbers.length);
    try {
      checkNames(parse(expression), names);
    } catch (error) {
      report("expression", (error as Error).message);
    }
    return typeof joint === "string" || known.length < rewards.length ? {} : { reward: joint };
  },
  build: ({ rewards, tensors, numbers }, { expression, on }) => {
    const traits = traitsOf(rewards, on, expression);
    if (typeof traits === "string") throw new Error(traits);
    const formula = parse(expression);
    const used = checkNames(formula, namesOf(rewards.length, tensors.length, numbers.length));
    const given = onceForShape((like) => tensors.map((tensor) => fitted(tensor, like)));
    const value = async (x: Tensor, sigma = 0) => {
      const level = traits.noiseAware ? [sigma] : [];
      const asked = rewards.map((reward, i) => (used.has(`r${i + 1}`) ? reward.value(x, ...level) : 0));
      const scores = await Promise.all(asked);
      const named = [...numbered("r", scores), ...numbered("t", given(x)), ...numbered("n", numbers)];
      return perSample(evaluate(formula, { x, sigma, ...Object.fromEntries(named) }), x.shape[0]);
    };
    return { reward: { ...traits, value } };
  },
});

/** A formula of latents alone is noise-aware if it names the noise level; with rewards it is what they are. */
function traitsOf(rewards: readonly RewardTraits[], on: "image" | "latent", expression: string): RewardTraits | string {
  if (rewards.length === 0)
    return { on, noiseAware: on === "latent" && /\bsigma\b/.test(expression), differentiable: true };
  const joint = jointTraits(rewards);
  if (!joint) return mixedRewards;
  if (joint.on === on) return joint;
  return `These rewards score ${joint.on}s, but x is ${on === "image" ? "an image" : "a latent"}. Set “x is” to the same.`;
}

function namesOf(rewards: number, tensors: number, numbers: number): readonly string[] {
  const row = (letter: string, count: number) => Array.from({ length: count }, (_, i) => `${letter}${i + 1}`);
  return ["x", "sigma", ...row("r", rewards), ...row("t", tensors), ...row("n", numbers)];
}

function numbered(letter: string, values: readonly Value[]): (readonly [string, Value])[] {
  return values.map((value, i) => [`${letter}${i + 1}`, value] as const);
}

/** A picture in the size of x; any other tensor as it is. */
function fitted(tensor: AnyTensor, like: Tensor): Tensor {
  const floats = isFloatTensor(tensor) ? tensor : { data: Float64Array.from(tensor.data, Number), shape: tensor.shape };
  const cut = cast(floats, dtypeOf(like));
  return cut.shape.length === 4 && like.shape.length === 4 ? atSize(cut, like.shape[2], like.shape[3]) : cut;
}
