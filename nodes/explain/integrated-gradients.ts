import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { extrapolate, full, mul, sub, sum } from "../../shared/tensor/index.ts";
import { dtypeOf } from "../../shared/tensor/tensor.ts";
import { colourNumbers } from "../lib/colour.ts";
import { explained, forecastExplained, meanGradient, overlay } from "../lib/explanation.ts";
import { fitPicture } from "../lib/picture.ts";

export const node = defineNode({
  type: "explain/integrated-gradients",
  version: 1,
  title: "Integrated gradients",
  summary: "Shows what each pixel adds to a reward, counted from a plain picture.",
  keywords: ["attribution", "heat map", "explain", "completeness", "baseline", "path"],
  doc: doc`
    Follows the straight line from a baseline $x'$ to the image and adds up what each pixel does on the way:

    $$M = (x - x') \odot \frac1n \sum_{k=1}^{n} \nabla_x R\bigl(x' + \tfrac{k - 1/2}{n}(x - x')\bigr)$$

    The map is complete: all its values together are $R(x) - R(x')$. Orange pixels raise the reward against the baseline,
    blue ones lower it. **number** is the sum of each sample's map, **error** what is missing to completeness; more
    **steps** make it smaller. What equals the baseline gets no colour: choose one that means “nothing” for the reward,
    black, grey, or a picture.
  `,
  cites: [
    {
      id: "arXiv:1703.01365",
      by: "Sundararajan, Taly and Yan, 2017",
      title: "Axiomatic Attribution for Deep Networks",
    },
  ],
  status: "stable",
  effect: "shows",
  inputs: {
    ...explained.inputs,
    baseline: port.image("where the line starts, instead of the colour", { optional: true }),
  },
  params: {
    steps: param.integer({ default: 24, min: 1, max: 4096, about: "Points on the line." }),
    colour: param.color({ default: "#000000", about: "The plain picture that the line starts from." }),
    ...explained.params,
  },
  outputs: {
    ...explained.outputs,
    number: port.number("sum of the map of each sample"),
    error: port.number("what the sum lacks to the difference of the rewards"),
  },
  forecast: (inputs, _params, { problem }) => forecastExplained(inputs, problem),
  run: async ({ reward, image, baseline }, { steps, colour, opacity }, context) => {
    const start = baseline ? fitPicture(baseline, image) : full(image.shape, colourNumbers(colour), dtypeOf(image));
    const gradient = await meanGradient(reward, steps, (k) => extrapolate(start, image, (k + 0.5) / steps));
    const map = mul(gradient, sub(image, start));
    const [end, begin] = await Promise.all([reward.value(image), reward.value(start)]);
    const over = overlay(image, map, "sign", opacity);
    await context.show(over);
    return { image: over, map, number: sum(map), error: sub(sub(end, begin), sum(map)) };
  },
});
