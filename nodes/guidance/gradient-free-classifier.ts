import type { CallInfo, Denoiser } from "../../shared/denoiser.ts";
import type { Conditioning, Model } from "../../shared/model.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import type { Reward } from "../../shared/reward.ts";
import { add, fromNumbers, mulSample, sub } from "../../shared/tensor/index.ts";
import { dtypeOf, type Tensor } from "../../shared/tensor/tensor.ts";
import { conditioningAt } from "../lib/conditioningAt.ts";
import { conditioningRows } from "../lib/conditioningRows.ts";
import { reportConditionings } from "../lib/fitConditioning.ts";
import { walkState } from "../lib/walkState.ts";

export const node = defineNode({
  type: "guidance/gradient-free-classifier",
  version: 1,
  title: "Gradient-free classifier guidance",
  summary: "Leads away from the wrong label that a classifier confuses the picture with most.",
  keywords: ["gfcg", "classifier", "confusion", "reference class", "no gradient", "reconstruction"],
  doc: doc`
    A classifier looks at the picture that is forming and names its strongest **wrong** label; guidance leads away from
    the prediction under that label, the harder the more the two are confused. The classifier is only run, never
    differentiated.

    $$\hat D = D_r + w_t\,(D_y - D_r), \qquad r = \arg\max_{j \ne y} q_j, \qquad
    w_t = 1 + (w - 1)\,\frac{q_r}{q_r + q_y}$$

    **Strong** is the prediction under the wanted label, **others** the conditions of the wrong ones. **Rewards** are the
    log-probabilities of the labels: first the wanted one, then those of the others in their order
    (\`reward/classifier\`). **Model** predicts under the wrong label: the same network, or a weak one, which makes it
    autoguidance with a wrong label. It also decodes, where the classifier looks at images.

    Where every sample is as sure as **confident**, nothing is led away from. **Every** keeps a wrong label for some
    steps. **A reconstruction**: the choice of the reference is the paper's, the law of the weight is not known to be.

    **Costs** two evaluations, one after the other, with decoding and classifying between them. **Try** a scale of 2 to 4.
    In a chain it comes first, since it makes a weak side of its own.
  `,
  cites: [
    {
      id: "arXiv:2411.15393",
      by: "Shenoy and others, 2024",
      title: "Gradient-Free Classifier Guidance for Diffusion Model Sampling",
    },
  ],
  status: "experimental",
  inputs: {
    strong: port.denoiser("prediction under the wanted label"),
    model: port.model("predicts under the wrong label, and decodes"),
    others: port.conditioning("conditions of the other labels", { many: true }),
    rewards: port.reward("log-probability of the wanted label, then of the others", { many: true }),
  },
  params: {
    scale: param.curve({
      default: 2,
      slider: [0, 8],
      safe: [1.5, 4],
      min: -100,
      max: 1000,
      about: "Weight of the difference under full confusion; 1 = off.",
    }),
    every: param.integer({
      default: 1,
      min: 1,
      max: 100,
      onCard: false,
      unit: "steps",
      about: "How often to classify.",
    }),
    confident: param.number({
      default: 1,
      min: 0,
      max: 1,
      step: 0.01,
      onCard: false,
      about: "Not guided where the wanted label is likelier than this; 1 = always guided.",
    }),
  },
  place: "sum",
  outputs: { denoiser: port.denoiser("guided prediction") },
  upperBound: true,
  evaluations: ({ scale, every }, at) => ({
    strong: 1,
    model: scale(at) === 1 ? 0 : [{ variant: "", later: isClassified(at, every) ? 1 : 0 }],
  }),
  forecast: ({ model, others, rewards }, _params, { problem }) => {
    reportConditionings(model, others, "others", problem);
    if (rewards.length !== others.length + 1) {
      const message = `There are ${rewards.length} rewards for ${others.length + 1} labels. Connect one for the wanted label, then one for each of the others.`;
      problem({ port: "rewards", severity: "error", message });
    }
    return {};
  },
  build: ({ strong, model, others, rewards }, { scale, every, confident }) => {
    const remembered = walkState<Verdict | null>(() => null);
    return {
      denoiser: async (x, sigma, call) => {
        const w = scale(call);
        if (w === 1) return strong(x, sigma, call);
        const memory = remembered(call, x);
        const denoised = strong(x, sigma, call);
        if (!memory.state || isClassified(call, every)) {
          const verdict = await judge(rewards, model, { x, sigma, denoised: await denoised }, confident);
          if (call.stage === 0) memory.state = verdict;
          return led(await denoised, verdict, w, () => reference(model, others, verdict, call)(x, sigma, call));
        }
        const { state } = memory;
        return led(denoised, state, w, () => reference(model, others, state, call)(x, sigma, call));
      },
    };
  },
});

/** For each sample the strongest wrong label, and how much it is confused with the wanted one (0..1; 0 = not at all). */
interface Verdict {
  readonly wrong: readonly number[];
  readonly confusion: readonly number[];
}

function isClassified({ step, stage }: CallInfo, every: number): boolean {
  return stage === 0 && step % every === 0;
}

interface Seen {
  readonly x: Tensor;
  readonly sigma: number;
  readonly denoised: Tensor;
}

async function judge(
  rewards: readonly Reward[],
  model: Model,
  { x, sigma, denoised }: Seen,
  confident: number,
): Promise<Verdict> {
  const image = rewards.some(({ on }) => on === "image") ? await model.decode(denoised) : denoised;
  const logs = await Promise.all(
    rewards.map(({ on, noiseAware, value }) =>
      on === "image" ? value(image) : noiseAware ? value(x, sigma) : value(denoised),
    ),
  );
  const [wanted, ...wrong] = logs.map(({ data }) => data);
  const choices = Array.from(wanted, (_, b) => {
    const values = wrong.map((log) => log[b]);
    return values.indexOf(Math.max(...values));
  });
  const confusion = choices.map((k, b) =>
    confident < 1 && Math.exp(wanted[b]) > confident ? 0 : 1 / (1 + Math.exp(wanted[b] - wrong[k][b])),
  );
  return { wrong: choices, confusion };
}

function reference(model: Model, others: readonly Conditioning[], { wrong }: Verdict, at: CallInfo): Denoiser {
  const now = others.map((one) => conditioningAt(one, at));
  return model.denoiser(conditioningRows(now, wrong));
}

/** Leads away from the reference, which is asked only if some sample is confused at all. */
async function led(
  strong: Tensor | Promise<Tensor>,
  { confusion }: Verdict,
  scale: number,
  ask: () => Promise<Tensor>,
): Promise<Tensor> {
  if (confusion.every((one) => one === 0)) return strong;
  const [s, r] = await Promise.all([strong, ask()]);
  const pull = fromNumbers(
    confusion.map((one) => (scale - 1) * one),
    [confusion.length],
    dtypeOf(s),
  );
  return add(s, mulSample(sub(s, r), pull));
}
