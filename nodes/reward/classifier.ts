import type { Model, Network } from "../../shared/model.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { column, logSigmoid, logSoftmax } from "../../shared/tensor/index.ts";
import { forNetwork, onlyOutput, type Preprocessing, preprocessingOf } from "../lib/preprocess.ts";
import { onImages } from "../lib/rewards.ts";

export const node = defineNode({
  type: "reward/classifier",
  version: 1,
  title: "Classifier reward",
  summary: "Scores how surely a classifier sees a label in an image.",
  keywords: ["class", "label", "probability", "logit"],
  doc: doc`
    The log-probability of a label: $\log p(y \mid x)$ of a softmax classifier, or of the label's own sigmoid where the
    network answers several yes-or-no questions. 0 is certain, lower is less.

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
  params: {
    label: param.text({ default: "", about: "What the image should show.", placeholder: "cat" }),
    path: param.file({
      default: "",
      what: "onnx",
      label: "File",
      onCard: false,
      about: "Classifier inside the model's folder, or an absolute path.",
      placeholder: "classifiers/classifier_image.onnx",
    }),
  },
  outputs: { reward: port.reward("log-probability of the label, 0 and less") },
  forecast: () => ({ reward: onImages }),
  build: ({ model }, { label, path }) => {
    let opened: Promise<Classifier> | undefined;
    return {
      reward: {
        ...onImages,
        value: async (image) => {
          opened ??= openClassifier(model, path === "" ? "classifiers/classifier_image.onnx" : path, label);
          const { network, index, isMultiLabel, preprocessing } = await opened;
          const logits = onlyOutput(
            await network.run({ [Object.keys(network.inputs)[0]]: forNetwork(image, preprocessing) }),
          );
          return column(isMultiLabel ? logSigmoid(logits) : logSoftmax(logits), index);
        },
      },
    };
  },
});

interface Classifier {
  readonly network: Network;
  readonly index: number;
  readonly isMultiLabel: boolean;
  readonly preprocessing: Preprocessing;
}

async function openClassifier(model: Model, path: string, label: string): Promise<Classifier> {
  const [network, config] = await Promise.all([model.network(path), model.readJson(path.replace(/\.onnx$/, ".json"))]);
  const { labels, task } = (config ?? {}) as { labels?: readonly string[]; task?: string };
  if (!labels)
    throw new Error(`${path} has no labels beside it. Put {"labels": […]} into ${path.replace(/\.onnx$/, ".json")}.`);
  const index = labels.findIndex((one) => one === label || one.endsWith(`:${label}`));
  if (index < 0) throw new Error(`This classifier has no label “${label}”. It knows ${labels.join(", ")}.`);
  return {
    network,
    index,
    isMultiLabel: /multi-label|sigmoid/.test(task ?? ""),
    preprocessing: preprocessingOf(null, network),
  };
}
