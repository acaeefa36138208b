import type { Call } from "../../shared/denoiser.ts";
import type { Conditioning, Model, PortInfo } from "../../shared/model.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { fromNumbers } from "../../shared/tensor/index.ts";
import { sizeOf, type Tensor } from "../../shared/tensor/tensor.ts";
import { conditioningAt } from "../lib/conditioningAt.ts";
import { reportConditionings } from "../lib/fitConditioning.ts";

export const node = defineNode({
  type: "denoiser/distilled",
  version: 1,
  title: "Condition with guidance inside",
  summary: "Tells a network that has guidance built in how strong it should be.",
  keywords: [
    "guidance distilled",
    "flux",
    "lcm",
    "gft",
    "guidance-free",
    "agd",
    "embedded guidance",
    "adapter",
    "beta",
  ],
  doc: doc`
    Some networks were trained to give the guided prediction by themselves and take the guidance scale as an input. They
    cost one evaluation where guidance costs two, and the scale may still change from step to step.

    | network | input | told as |
    |---|---|---|
    | FLUX-dev, adapters trained for it (AGD) | \`guidance\`, \`w\` | the scale |
    | guidance-free training (GFT) | \`beta\` | $1 / w$ |
    | latent consistency models | \`timestep_cond\` | an embedding of $w - 1$ |

    **Input** is the name in the network's graph. The shape follows the graph; an embedding is as wide as the input.

    Do not guide the result again: scales multiply, and a negative prompt is lost unless it was part of the training.
    For GFT, scale 1 is the plain conditional model and with the empty prompt the unconditional one, so it may still feed
    other guidance. **Costs** one evaluation. **Stay** inside the range that the network was trained for.
  `,
  cites: [
    {
      id: "arXiv:2210.03142",
      by: "Meng and others, 2022",
      title: "On Distillation of Guided Diffusion Models",
    },
    {
      id: "arXiv:2501.15420",
      by: "Chen and others, 2025",
      title: "Visual Generation Without Guidance",
    },
    {
      id: "arXiv:2503.07274",
      by: "Jensen and Sadat, 2025",
      title: "Efficient Distillation of Classifier-Free Guidance using Adapters",
    },
    {
      id: "arXiv:2310.04378",
      by: "Luo and others, 2023",
      title: "Latent Consistency Models: Synthesizing High-Resolution Images with Few-Step Inference",
    },
  ],
  status: "stable",
  inputs: {
    model: port.model("network with an input for guidance"),
    conditioning: port.conditioning("what it is told"),
  },
  params: {
    scale: param.curve({
      default: 3.5,
      slider: [0, 16],
      safe: [1, 8],
      min: -100,
      max: 1000,
      about: "Guidance that the network should give; 1 = none.",
    }),
    input: param.text({ default: "guidance", about: "Name of the network's input.", placeholder: "guidance" }),
    as: param.select({
      default: "scale",
      label: "Told as",
      about: "How the network wants to be told.",
      options: [
        { value: "scale", about: "The scale itself." },
        { value: "thousands", label: "scale × 1000", about: "The scale times 1000." },
        { value: "inverse", label: "1 / scale", about: "The temperature beta of guidance-free training." },
        { value: "embedding", about: "Sines and cosines of the scale minus 1, as consistency models take it." },
      ],
    }),
  },
  outputs: { denoiser: port.denoiser("guided prediction under this conditioning") },
  forecast: ({ model, conditioning }, _params, { problem }) => {
    reportConditionings(model, [conditioning], "conditioning", problem);
    return {};
  },
  build: ({ model, conditioning }, { scale, input, as }) => {
    let opened: Promise<PortInfo> | undefined;
    return {
      denoiser: Object.assign(
        async (x: Tensor, sigma: number, call: Call) => {
          opened ??= inputOf(model, input);
          const told = toldAs(as, scale(call), await opened);
          return model.denoiser(withExtra(conditioningAt(conditioning, call), input, told))(x, sigma, call);
        },
        { native: model.info.prediction, model },
      ),
    };
  },
});

async function inputOf(model: Model, name: string): Promise<PortInfo> {
  const { inputs } = await model.network(`${model.info.network}/model.onnx`);
  if (inputs[name]) return inputs[name];
  throw new Error(
    `The network ${model.info.network} has no input “${name}”. It has ${Object.keys(inputs).join(", ")}. Use denoiser/condition and guidance/cfg for ordinary networks.`,
  );
}

function withExtra(conditioning: Conditioning, name: string, told: Tensor): Conditioning {
  return { ...conditioning, extra: { ...conditioning.extra, [name]: told } };
}

type Told = "scale" | "thousands" | "inverse" | "embedding";

/** What is fed for a scale, [1] or [1, …] as the graph's input is. */
function toldAs(as: Told, scale: number, { shape }: PortInfo): Tensor {
  const sides = shape.slice(1).map((side) => side ?? 1);
  const width = sizeOf(sides);
  if (as === "embedding") return fromNumbers(embeddingOf(scale - 1, width), [1, ...sides]);
  const value = { scale, thousands: scale * 1000, inverse: 1 / scale }[as];
  return fromNumbers(
    Array.from({ length: width }, () => value),
    [1, ...sides],
  );
}

/** Sines, then cosines, of 1000 · value at frequencies from 1 down to 1 / 10000 (arXiv:2310.04378's guidance embedding). */
function embeddingOf(value: number, width: number): number[] {
  const half = Math.floor(width / 2);
  const angles = Array.from({ length: half }, (_, i) => 1000 * value * 10_000 ** (-i / Math.max(1, half - 1)));
  const waves = [...angles.map(Math.sin), ...angles.map(Math.cos)];
  return [...waves, ...Array.from({ length: width - waves.length }, () => 0)];
}
