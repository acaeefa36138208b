import type { Model } from "../../shared/model.ts";
import { normalizeRows } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { forNetwork, onlyOutput, preprocessingOf } from "./preprocess.ts";

/** Unit embeddings [B, F] of images [B, 3, H, W] in 0..1. */
export type Embedder = (image: Tensor) => Promise<Tensor>;

/** The image tower of a model folder's `clip` part. */
export async function openVision(model: Model): Promise<Embedder> {
  const [vision, config] = await Promise.all([
    model.network("clip/image_encoder.onnx"),
    model.readJson("clip/preprocessor_config.json"),
  ]);
  const preprocessing = preprocessingOf(config, vision);
  const [input] = Object.keys(vision.inputs);
  return async (image) => normalizeRows(onlyOutput(await vision.run({ [input]: forNetwork(image, preprocessing) })));
}

/** Unit embedding [1, F] of a text by the text tower of a model folder's `clip` part. */
export async function embedWords(model: Model, text: string): Promise<Tensor> {
  const language = await model.network("clip/text_encoder.onnx");
  const [input, info] = Object.entries(language.inputs)[0];
  const ids = await model.tokenize(text, info.shape[1] ?? 77);
  return normalizeRows(onlyOutput(await language.run({ [input]: ids })));
}
