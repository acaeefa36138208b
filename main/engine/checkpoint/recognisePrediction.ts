import type { Family } from "./parts.ts";
import type { Prediction } from "./recogniseTypes.ts";
import type { Checkpoint, StoredTensor } from "./safetensors.ts";
import type { WeightTable } from "./weightTable.ts";

/** Numbers of a tensor; null where only its shape is known. */
export type ReadFloats = (tensor: StoredTensor) => Float32Array | null;

/** A bias that is spread wider in SD 2 networks trained to predict v, and the spread from which on they are taken for it. */
const [telltale, widestOfEps] = ["output_blocks.11.1.transformer_blocks.0.norm1.bias", 0.09];

/** Deviation of numbers from their mean. */
function spread(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

function ofSd2(weights: WeightTable, inChannels: number, read: ReadFloats): Prediction {
  const eps = (reason: string): Prediction => ({ space: "eps", reason, isZeroTerminal: false });
  if (inChannels !== 4) return eps("SD 2 networks with further inputs predict noise");
  const stored = weights.get(telltale);
  const values = stored ? read(stored) : null;
  if (!values) return eps("No weight tells SD 2 networks of noise from those of v here: noise is assumed");
  const found = spread(values);
  const reason = `“${telltale}” spreads by ${found.toFixed(3)}, ${found > widestOfEps ? "above" : "up to"} ${widestOfEps}`;
  return { ...eps(reason), space: found > widestOfEps ? "v" : "eps" };
}

/**
 * What a network predicts. Marker keys come first, then the file's own statement, then the family's rule. Files without
 * marker or statement may be of another kind than is assumed: nothing in a file tells.
 */
export function predictionOf(
  { tensors, metadata }: Checkpoint,
  family: Family,
  { weights, inChannels }: { readonly weights: WeightTable; readonly inChannels: number },
  read: ReadFloats,
): Prediction {
  if (family === "sd3" || family === "flux") {
    return { space: "flow", reason: "SD3 and FLUX are rectified flows", isZeroTerminal: false };
  }
  if (tensors.has("v_pred")) {
    const isZeroTerminal = tensors.has("ztsnr");
    const also = isZeroTerminal ? ", the key “ztsnr” a schedule that ends in pure noise" : "";
    return { space: "v", reason: `The key “v_pred” marks it${also}`, isZeroTerminal };
  }
  const stated = metadata["modelspec.prediction_type"];
  if (stated === "v" || stated === "epsilon") {
    const space = stated === "v" ? "v" : "eps";
    return { space, reason: `The file's metadata state “${stated}”`, isZeroTerminal: false };
  }
  if (family === "sd2") return ofSd2(weights, inChannels, read);
  return { space: "eps", reason: "Nothing in the file marks it: noise is usual", isZeroTerminal: false };
}
