import type { Network } from "../../shared/model.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { column, mean, norm, reshape, sum } from "../../shared/tensor/index.ts";
import { sizeOf, type Tensor } from "../../shared/tensor/tensor.ts";
import { lazy } from "../lib/lazy.ts";
import { forNetwork, type Preprocessing } from "../lib/preprocess.ts";
import { onImages, onLatents } from "../lib/rewards.ts";

export const node = defineNode({
  type: "reward/network",
  version: 1,
  title: "Network reward",
  summary: "Scores by any ONNX network: an output or inner layer, brought down to a number.",
  keywords: ["onnx", "custom", "model", "preference", "quality", "detector", "logit"],
  doc: doc`
    Runs an ONNX network on the image or latent and makes one number of each sample's output $f$, which may be any **inner
    layer** too (named as in the file):

    * **mean** or **sum** of all its values, their **norm** $\lVert f\rVert$, or the value with one **index** (counted from
      0 through the whole output), such as a class logit.

    Images are brought to the network's size and to $(x - \text{mean}) / \text{std}$ with $x$ in 0..1; CLIP's numbers are
    0.481, 0.458, 0.408 and 0.269, 0.261, 0.276, those of ImageNet networks 0.485, 0.456, 0.406 and 0.229, 0.224, 0.225.
    Latents go in as they are. The gradient graph of the network is built by the program: any network of supported
    operators is differentiable. For a network whose output is a loss, put a sum with the weight −1 after this.
  `,
  cites: [],
  status: "stable",
  inputs: { model: port.model("folder that the file is in; for an absolute path any model") },
  params: {
    path: param.file({
      default: "",
      what: "onnx",
      label: "File",
      about: "Network inside the model's folder, or an absolute path.",
      placeholder: "reward.onnx",
    }),
    output: param.text({
      default: "",
      about: "Name of an output, or of any inner value of the graph; empty takes the first output.",
      placeholder: "first",
    }),
    reduction: param.select({
      default: "mean",
      about: "How the output becomes one number.",
      options: [
        { value: "mean", label: "Mean", about: "Of all values." },
        { value: "sum", label: "Sum", about: "Of all values." },
        { value: "index", label: "One value", about: "The value at the index." },
        { value: "norm", label: "Norm", about: "Square root of the sum of squares." },
      ],
    }),
    index: param.integer({
      default: 0,
      min: 0,
      max: 1_000_000_000,
      about: "Which value of the output, from 0.",
      visibleIf: { param: "reduction", is: ["index"] },
    }),
    on: param.select({
      default: "image",
      label: "Scores",
      about: "What the network takes.",
      options: [
        { value: "image", label: "Images", about: "Decoded pixels, sized and normalised as below." },
        { value: "latent", label: "Latents", about: "The model's own clean latents, as they are." },
      ],
    }),
    mean: param.numbers({ default: [0.5], onCard: false, about: "Mean of the colours; one number for all, or three." }),
    std: param.numbers({ default: [0.5], onCard: false, about: "Deviation of the colours; one for all, or three." }),
    size: param.integer({
      default: 0,
      min: 0,
      max: 4096,
      unit: "px",
      onCard: false,
      about: "Side that images are brought to; 0 = the network's own, or the image's where it is open.",
    }),
  },
  outputs: { reward: port.reward("number of the network's output") },
  forecast: (_inputs, { path, on, mean, std }, { problem }) => {
    const report = (port: string, message: string) => problem({ port, severity: "error", message });
    if (path === "") report("path", "No network is chosen. Choose an ONNX file.");
    for (const [name, values] of Object.entries({ mean, std })) {
      if (values.length !== 1 && values.length !== 3)
        report(name, "Give one number, or one for each of three colours.");
    }
    if (std.includes(0)) report("std", "A deviation is 0. Give numbers above 0.");
    return { reward: on === "image" ? onImages : onLatents };
  },
  build: ({ model }, { path, output, reduction, index, on, mean: means, std, size }) => {
    const opened = lazy(() => model.network(path, output === "" ? [] : [output]));
    const colours = { mean: threeOf(means), std: threeOf(std) };
    return {
      reward: {
        ...(on === "image" ? onImages : onLatents),
        value: async (x) => {
          const network = await opened();
          const input = onlyInput(network, path);
          const fed = on === "image" ? forNetwork(x, { ...colours, ...sideOf(network, input, size) }) : x;
          return reduced(chosenOutput(await network.run({ [input]: fed }), output), reduction, index);
        },
      },
    };
  },
});

function threeOf(values: readonly number[]): readonly number[] {
  return values.length === 1 ? [values[0], values[0], values[0]] : values;
}

function onlyInput({ inputs }: Network, path: string): string {
  const names = Object.keys(inputs);
  if (names.length === 1) return names[0];
  throw new Error(`${path} has the inputs ${names.join(", ")}. This node runs networks with a single one.`);
}

function sideOf({ inputs }: Network, input: string, size: number): Pick<Preprocessing, "height" | "width"> {
  const [, , height, width] = inputs[input].shape;
  return size > 0 ? { height: size, width: size } : { height: height ?? null, width: width ?? null };
}

function chosenOutput(outputs: Readonly<Record<string, Tensor>>, name: string): Tensor {
  const chosen = name === "" ? Object.values(outputs)[0] : outputs[name];
  if (chosen) return chosen;
  throw new Error(`The network has no output “${name}”. It has ${Object.keys(outputs).join(", ")}.`);
}

function reduced(output: Tensor, reduction: "mean" | "sum" | "index" | "norm", index: number): Tensor {
  const size = sizeOf(output.shape.slice(1));
  if (reduction === "mean") return mean(output);
  if (reduction === "sum") return sum(output);
  if (reduction === "norm") return norm(output);
  if (index >= size)
    throw new Error(`The output has ${size} values, so there is no index ${index}. Count from 0 to ${size - 1}.`);
  return column(reshape(output, [output.shape[0], size]), index);
}
