import type { OnnxGraph } from "../onnx/document.ts";
import { floatInput, NetworkBuilder } from "./network.ts";
import { middle, timeEmbedding, wayDown } from "./unet.ts";
import type { UnetSpec } from "./unetSpec.ts";
import type { WeightTable } from "./weightTable.ts";

/** Convolutions of the hint, and which of them halve it. */
const hintLayers = [0, 2, 4, 6, 8, 10, 12, 14];
const halving = new Set([4, 8, 12]);

/** The control picture as a map of the latent's size. */
function hintMap(b: NetworkBuilder): string {
  return hintLayers.reduce((x, n, i) => {
    const inner = i === 0 ? x : b.silu(x);
    return b.conv(inner, `input_hint_block.${n}`, { stride: halving.has(n) ? 2 : 1 });
  }, "hint");
}

/**
 * The graph of a ControlNet for a UNet: the UNet's own inputs, `hint` [N, 3, 8h, 8w] in 0..1 and `strength`, a number; outputs `residual.0`, …
 * for the skips and `residual.middle`. `spec` is read from its copy of the UNet's way down.
 */
export function controlnetGraph(weights: WeightTable, spec: UnetSpec): OnnxGraph {
  const b = new NetworkBuilder(weights);
  const embedding = timeEmbedding(b, spec, "timestep", spec.vectorWidth > 0 ? "y" : null);
  const inputs = { x: "sample", embedding, context: "encoder_hidden_states" };
  const maps = wayDown(b, inputs, spec, hintMap(b));
  const scaled = (map: string, key: string) => b.op("Mul", [b.conv(map, key), "strength"]);
  const residuals = Object.fromEntries(maps.map((map, i) => [`residual.${i}`, scaled(map, `zero_convs.${i}.0`)]));
  const deepest = middle(b, maps[maps.length - 1], inputs, spec);
  return b.finish(
    "controlnet",
    [
      floatInput("sample", ["batch", spec.inChannels, "height", "width"]),
      floatInput("timestep", ["steps"]),
      ...(spec.contextWidth > 0 ? [floatInput("encoder_hidden_states", ["batch", "tokens", spec.contextWidth])] : []),
      ...(spec.vectorWidth > 0 ? [floatInput("y", ["batch", spec.vectorWidth])] : []),
      floatInput("hint", ["batch", 3, "hint_height", "hint_width"]),
      floatInput("strength", []),
    ],
    { ...residuals, "residual.middle": scaled(deepest, "middle_block_out.0") },
  );
}
