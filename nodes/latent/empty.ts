import type { ModelInfo } from "../../shared/model.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { zeros } from "../../shared/tensor/index.ts";

export const node = defineNode({
  type: "latent/empty",
  version: 1,
  title: "Empty latent",
  summary: "Gives the sampler a blank canvas of a size.",
  keywords: ["size", "width", "height", "batch", "emptylatentimage"],
  doc: doc`
    An all-zero latent: sampling starts from pure noise. Width and height are in pixels; 0 takes the model's own size.
    **Batch** makes several images at once, which is faster than several runs.
  `,
  cites: [],
  status: "stable",
  inputs: { model: port.model("whose latent size to use") },
  params: {
    width: param.integer({
      default: 0,
      min: 0,
      max: 16384,
      step: 8,
      unit: "px",
      about: "Width in pixels; 0 = the model's own.",
    }),
    height: param.integer({
      default: 0,
      min: 0,
      max: 16384,
      step: 8,
      unit: "px",
      about: "Height in pixels; 0 = the model's own.",
    }),
    batch: param.integer({ default: 1, min: 1, max: 1_000_000, about: "Images made at once." }),
  },
  outputs: { latent: port.latent("zeros, [B, C, h, w]") },
  forecast: ({ model }, params, { problem }) => {
    if (!model) return {};
    for (const side of ["width", "height"] as const) {
      if (params[side] % model.latent.factor !== 0) {
        const message = `${params[side]} is no multiple of ${model.latent.factor}, as this model needs. Take ${nearest(params[side], model)}.`;
        problem({ port: side, severity: "error", message });
      }
    }
    return { latent: { shape: shapeOf(model, params) } };
  },
  run: ({ model }, params) => ({ latent: zeros(shapeOf(model.info, params), model.info.latent.dtype) }),
});

function nearest(side: number, { latent }: ModelInfo): number {
  return Math.max(1, Math.round(side / latent.factor)) * latent.factor;
}

function shapeOf(
  info: ModelInfo,
  { width, height, batch }: { width: number; height: number; batch: number },
): number[] {
  const { channels, factor } = info.latent;
  if (info.latent.width === 0) return [batch, channels, 1, 1];
  const side = (pixels: number, own: number) => Math.floor((pixels || own) / factor);
  return [batch, channels, side(height, info.latent.height), side(width, info.latent.width)];
}
