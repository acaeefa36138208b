import type { Model } from "../../shared/model.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import {
  add,
  alongAxis,
  axisMap,
  gram,
  mean,
  reshape,
  scale,
  square,
  sub,
  transposeRows,
} from "../../shared/tensor/index.ts";
import { formatShape, sizeOf, type Tensor } from "../../shared/tensor/tensor.ts";
import { lazy } from "../lib/lazy.ts";
import { fitRows } from "../lib/picture.ts";
import { forNetwork, preprocessingOf } from "../lib/preprocess.ts";
import { onImages } from "../lib/rewards.ts";

export const node = defineNode({
  type: "reward/style",
  version: 1,
  title: "Style reward",
  summary: "Scores how alike the textures of an image and a picture are, by Gram matrices.",
  keywords: ["texture", "gram", "style transfer", "manner", "brush", "features"],
  doc: doc`
    Compares which features of a network occur together, wherever they are:

    $$R(x) = -\sum_l \frac{1}{C_l^2}\,\lVert G_l(x) - G_l(y)\rVert_F^2,\qquad G_l = \frac{1}{N_l} F_l F_l^\top$$

    $F_l$ are the $C_l$ features at $N_l$ places of a **layer** of the network: maps [B, C, H, W], or tokens [B, N, C]
    without the first **class token**. Any value of the graph can be named, inner ones too; a name without a value is
    answered with some that there are. Early layers give colours and grain, later ones strokes and shapes. 0 is the same style;
    the picture may have any content and size.

    Empty takes the model folder's VAE encoder, whose output is coarse: textures of 8 pixels. Better are inner maps of an image
    network (VGG, CLIP): its activations after the first blocks.
  `,
  cites: [
    {
      id: "arXiv:1508.06576",
      by: "Gatys, Ecker and Bethge, 2015",
      title: "A Neural Algorithm of Artistic Style",
    },
    {
      id: "arXiv:2303.09833",
      by: "Yu and others, 2023",
      title: "FreeDoM: Training-Free Energy-Guided Conditional Diffusion Model",
    },
  ],
  status: "stable",
  inputs: { model: port.model("folder of the network"), picture: port.image("picture in the wanted style") },
  params: {
    path: param.file({
      default: "",
      what: "onnx",
      label: "File",
      onCard: false,
      about: "Network inside the model's folder, or an absolute path.",
      placeholder: "vae_encoder/model.onnx",
    }),
    outputs: param.text({
      default: "",
      label: "Layers",
      about: "Names of its outputs or inner values, with commas between; empty takes the first output.",
      placeholder: "first",
    }),
    classToken: param.boolean({
      default: true,
      label: "Class token",
      onCard: false,
      about: "The first of the tokens stands for the whole image and is left out.",
    }),
  },
  outputs: { reward: port.reward("0 for the same style, less for others") },
  forecast: () => ({ reward: onImages }),
  build: ({ model, picture }, { path, outputs, classToken }) => {
    const file = path === "" ? "vae_encoder/model.onnx" : path;
    const names = outputs.split(",").map((name) => name.trim());
    const opened = lazy(async () => {
      const grams = await openGrams(model, file, names, classToken);
      return { grams, goals: await grams(picture) };
    });
    return {
      reward: {
        ...onImages,
        value: async (image) => {
          const { grams, goals } = await opened();
          const own = await grams(image);
          const errors = own.map((one, i) => mean(square(sub(one, fitRows(goals[i], image.shape[0])))));
          return scale(
            errors.reduce((total, error) => add(total, error)),
            -1,
          );
        },
      },
    };
  },
});

/** Gram matrices of an image's features, one for each named output. */
async function openGrams(model: Model, path: string, names: readonly string[], classToken: boolean) {
  const [network, config] = await Promise.all([
    model.network(
      path,
      names.filter((name) => name !== ""),
    ),
    model.readJson(path.replace(/[^/]*$/, "preprocessor_config.json")),
  ]);
  const preprocessing = preprocessingOf(config, network);
  const [input] = Object.keys(network.inputs);
  return async (image: Tensor) => {
    const found = await network.run({ [input]: forNetwork(image, preprocessing) });
    return names.map((name) => {
      const features = name === "" ? Object.values(found)[0] : found[name];
      if (!features) throw new Error(`The network has no output “${name}”. It has ${Object.keys(found).join(", ")}.`);
      return gramOf(features, classToken);
    });
  };
}

/** Gram matrix over the places, divided by their number: [B, C, C]. */
function gramOf(features: Tensor, classToken: boolean): Tensor {
  const [batch, second] = features.shape;
  if (features.shape.length === 4) {
    const places = sizeOf(features.shape.slice(2));
    return scale(gram(reshape(features, [batch, second, places])), 1 / places);
  }
  if (features.shape.length !== 3)
    throw new Error(`${formatShape(features.shape)} are no features at places. Choose an output of 3 or 4 axes.`);
  const tokens = classToken ? alongAxis(features, 1, dropFirst(second)) : features;
  return scale(gram(transposeRows(tokens)), 1 / tokens.shape[1]);
}

function dropFirst(length: number) {
  return axisMap(Array.from({ length: length - 1 }, (_, i) => Array.from({ length }, (_, j) => (j === i + 1 ? 1 : 0))));
}
