import type { Model, Network } from "../../shared/model.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { port } from "../../shared/node/ports.ts";
import { classifierParams, type LabelPlace, labelPlace, scoreOf } from "../lib/classes.ts";
import { lazy } from "../lib/lazy.ts";
import { forNetwork, onlyOutput, type Preprocessing, preprocessingOf } from "../lib/preprocess.ts";
import { onImages } from "../lib/rewards.ts";

/** In the model's folder. */
const ownFile = "classifiers/classifier_image.onnx";

export const node = defineNode({
  type: "reward/classifier",
  version: 1,
  title: "Classifier reward",
  summary: "Scores how surely a classifier sees a label in an image.",
  keywords: ["class", "label", "probability", "logit"],
  doc: doc`
    The log-probability of a label: $\log p(y \mid x)$ of a softmax classifier, or of the label's own sigmoid where the
    network answers several yes-or-no questions. 0 is certain, lower is less. The **logit** is the network's plain number
    for the label: it has no upper end, and pushes on where the probability is near 1 already.

    The file is an ONNX classifier of images with its labels in a \`.json\` beside it (\`{"labels": […]}\`). Empty takes
    \`classifiers/classifier_image.onnx\` of the model folder. A label may be given without its kind: “cat” finds “noun:cat”.
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
  forecast: () => ({ reward: onImages }),
  build: ({ model }, { label, score, path }) => {
    const opened = lazy(() => openClassifier(model, path === "" ? ownFile : path, label));
    return {
      reward: {
        ...onImages,
        value: async (image) => {
          const { network, preprocessing, ...label } = await opened();
          const feeds = { [Object.keys(network.inputs)[0]]: forNetwork(image, preprocessing) };
          return scoreOf(onlyOutput(await network.run(feeds)), label, score);
        },
      },
    };
  },
});

interface Classifier extends LabelPlace {
  readonly network: Network;
  readonly preprocessing: Preprocessing;
}

async function openClassifier(model: Model, path: string, label: string): Promise<Classifier> {
  const [network, place] = await Promise.all([model.network(path), labelPlace(model, path, label)]);
  return { network, ...place, preprocessing: preprocessingOf(null, network) };
}
