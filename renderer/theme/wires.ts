import type { WireType } from "../../shared/node/wires.ts";

export type WireFamily = "circle" | "square" | "diamond" | "bar";

const families: Readonly<Record<WireType, WireFamily>> = {
  model: "circle",
  conditioning: "circle",
  denoiser: "circle",
  reward: "circle",
  noise: "square",
  latent: "square",
  image: "square",
  mask: "square",
  tensor: "square",
  sigmas: "diamond",
  curve: "diamond",
  number: "diamond",
  text: "bar",
  plot: "bar",
};

/** Shape of a port: circle computes, square is a tensor, diamond a number or function of sigma, bar is read by people. */
export function familyOf(wire: WireType): WireFamily {
  return families[wire];
}
