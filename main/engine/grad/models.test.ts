import { resolve } from "node:path";
import { expect, test } from "vitest";
import { checkGradient } from "./check.ts";

const embedded = resolve(__dirname, "../../../assets/models/emoji-scenes");

interface Whole {
  readonly file: string;
  readonly of: string;
  readonly wrt: string;
  readonly shape: readonly number[];
}

const models: readonly Whole[] = [
  { file: "unet/model.onnx", of: "out_sample", wrt: "sample", shape: [4, 8, 8] },
  { file: "vae_decoder/model.onnx", of: "sample", wrt: "latent_sample", shape: [4, 8, 8] },
  { file: "clip/image_encoder.onnx", of: "image_embeds", wrt: "pixel_values", shape: [3, 64, 64] },
  { file: "classifiers/classifier_image.onnx", of: "logits", wrt: "pixel_values", shape: [3, 64, 64] },
  { file: "classifiers/classifier_latent.onnx", of: "logits", wrt: "sample", shape: [4, 16, 16] },
];

for (const { file, of, wrt, shape } of models) {
  for (const batch of [1, 3]) {
    test(`${file}: gradient along 20 random directions, batch ${batch}`, { timeout: 120_000 }, async () => {
      const shapes = new Map([[wrt, [batch, ...shape]]]);
      const { errors } = await checkGradient(resolve(embedded, file), {
        of,
        wrt: [wrt],
        directions: 20,
        batch,
        shapes,
      });
      expect(errors[wrt]).toBeLessThan(0.01);
    });
  }
}
