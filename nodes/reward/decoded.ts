import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { port } from "../../shared/node/ports.ts";
import { onLatents } from "../lib/rewards.ts";

export const node = defineNode({
  type: "reward/decoded",
  version: 1,
  title: "Decoded reward",
  summary: "Makes a reward of images one of latents, by decoding them first.",
  keywords: ["vae", "latent", "convert"],
  doc: doc`
    $$R(z) = R_\text{image}(\operatorname{decode}(z))$$

    Lets rewards of images be added to rewards of latents. The decoder's derivative is part of the reward's. Guidance that
    has a model of its own decodes by itself and does not need this node.
  `,
  cites: [],
  status: "stable",
  inputs: { model: port.model("whose decoder to use"), image: port.reward("reward of images", { label: "Reward" }) },
  params: {},
  outputs: { reward: port.reward("the same reward of latents") },
  forecast: ({ image }, _params, { problem }) => {
    if (image?.on === "latent") problem({ port: "image", severity: "error", message: scoresLatents });
    return image ? { reward: { ...onLatents, differentiable: image.differentiable } } : {};
  },
  build: ({ model, image }) => {
    if (image.on === "latent") throw new Error(scoresLatents);
    return {
      reward: {
        ...onLatents,
        differentiable: image.differentiable,
        value: async (latent) => image.value(await model.decode(latent)),
      },
    };
  },
});

const scoresLatents = "This reward scores latents already. Use it without decoding.";
