import type { Model, Network } from "../../shared/model.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { port } from "../../shared/node/ports.ts";
import type { RewardTraits } from "../../shared/reward.ts";
import { timestepOf } from "../../shared/sampling/timesteps.ts";
import { full, scale } from "../../shared/tensor/index.ts";
import { classifierParams, type LabelPlace, labelPlace, scoreOf } from "../lib/classes.ts";
import { lazy } from "../lib/lazy.ts";
import { onlyOutput } from "../lib/preprocess.ts";

const traits: RewardTraits = { on: "latent", noiseAware: true, differentiable: true };

/** In the model's folder. */
const ownFile = "classifiers/classifier_latent.onnx";

export const node = defineNode({
  type: "reward/latent-classifier",
  version: 1,
  title: "Latent classifier reward",
  summary: "Scores how surely a classifier of noisy latents sees a label.",
  keywords: ["noise-aware", "classifier guidance", "class", "label", "adm", "time-dependent"],
  doc: doc`
    The log-probability $\log p(y \mid x, \sigma)$ of a label given a latent *with* its noise, by a network that was trained
    on noisy latents: what classifier guidance takes its gradient of. No decoder is needed. 0 is certain, lower is less;
    at high noise every label is about as likely as in the training data.

    The file is an ONNX network with two inputs: the latent as the model's own network sees it, which is
    $x/\sqrt{1+\sigma^2}$ (of flow models $x/(1+\sigma)$), and the timestep, one for each sample. Its labels are in a \`.json\` beside
    it (\`{"labels": […]}\`). Empty takes \`classifiers/classifier_latent.onnx\` of the model folder.
  `,
  cites: [
    {
      id: "arXiv:2105.05233",
      by: "Dhariwal and Nichol, 2021",
      title: "Diffusion Models Beat GANs on Image Synthesis",
      where: "section 4",
    },
  ],
  status: "stable",
  inputs: { model: port.model("folder with the classifier") },
  params: classifierParams(ownFile),
  outputs: { reward: port.reward("log-probability or logit of the label") },
  forecast: () => ({ reward: traits }),
  build: ({ model }, { label, score, path }) => {
    const opened = lazy(() => openClassifier(model, path === "" ? ownFile : path, label));
    return {
      reward: {
        ...traits,
        value: async (x, sigma = 0) => {
          const { network, inputs, ...label } = await opened();
          const { schedule } = model.info;
          const shrink = schedule.kind === "flow" ? 1 + sigma : Math.sqrt(1 + sigma ** 2);
          const timestep = full([x.shape[0]], timestepOf(schedule, sigma));
          const logits = onlyOutput(await network.run({ [inputs[0]]: scale(x, 1 / shrink), [inputs[1]]: timestep }));
          return scoreOf(logits, label, score);
        },
      },
    };
  },
});

interface Classifier extends LabelPlace {
  readonly network: Network;
  /** Names of the latent's and the timestep's input. */
  readonly inputs: readonly string[];
}

async function openClassifier(model: Model, path: string, label: string): Promise<Classifier> {
  const [network, place] = await Promise.all([model.network(path), labelPlace(model, path, label)]);
  const inputs = Object.keys(network.inputs);
  if (inputs.length !== 2)
    throw new Error(
      `${path} has ${inputs.length} inputs, not a latent and a timestep. Use a “Network reward” for a network of clean latents.`,
    );
  return { network, inputs, ...place };
}
