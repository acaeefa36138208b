import type { OnnxGraph } from "../onnx/document.ts";
import { clipTextGraph } from "./clipText.ts";
import { controlnetGraph } from "./controlnet.ts";
import { fluxGraph } from "./flux.ts";
import { mmditGraph } from "./mmdit.ts";
import type { Part } from "./recogniseTypes.ts";
import { t5Graph } from "./t5.ts";
import { unetGraph } from "./unet.ts";
import { vaeDecoderGraph, vaeEncoderGraph } from "./vae.ts";

/** Tokens of a T5 prompt in the graph that stands for all lengths. */
const anyLength = 77;

/** The graphs that are made of a part's weights. */
export function graphsOf(part: Part): readonly OnnxGraph[] {
  switch (part.kind) {
    case "unet":
      return [unetGraph(part.weights, part.spec, { isEven: true, hasControl: false })];
    case "controlnet":
      return [controlnetGraph(part.weights, part.spec)];
    case "mmdit":
      return [mmditGraph(part.weights, part.spec)];
    case "flux":
      return [fluxGraph(part.weights, part.spec)];
    case "vae":
      return [vaeEncoderGraph(part.weights), vaeDecoderGraph(part.weights)];
    case "t5":
      return [t5Graph(part.weights, anyLength)];
    default:
      return [clipTextGraph(part.weights, part.spec)];
  }
}

/** Names in the file of every weight that a part's graphs take. */
export function namesUsed(part: Part): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { weights } of graphsOf(part)) {
    for (const { name, data } of weights) {
      const [key, row] = name.split("#");
      const stored = data instanceof Uint8Array ? undefined : part.weights.get(key);
      const own = stored?.rows?.[Number(row)] ?? stored;
      if (own) names.add(own.name);
    }
  }
  return names;
}
