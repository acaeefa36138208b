import type { Call } from "../denoiser.ts";
import type { Model, ModelInfo } from "../model.ts";
import { discreteSchedule } from "../sampling/noiseSchedule.ts";
import { sigmaOf, timestepOf } from "../sampling/timesteps.ts";
import { affine, cast, spreadChannels, sumChannels } from "../tensor/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { denoiseMixture } from "./denoise.ts";
import { denoiseFramewise } from "./framewise.ts";
import { labelsOf, type Mixture, refuseLabel, weightsUnder } from "./mixture.ts";

/** A model that is a formula: a mixture, and how its samples lie in a latent. */
export interface Bed {
  /** Name for people: "Gaussian mixture". */
  readonly name: string;
  readonly mixture: Mixture;
  /** Only of grey pictures, latents [B, 1, h, w]: −2 is black, 2 is white. Points are [B, d, 1, 1]. */
  readonly picture?: {
    readonly height: number;
    readonly width: number;
    /** The same model for pictures of another size. */
    readonly resized: (height: number, width: number) => Mixture;
  };
}

/** The 1000 levels of Stable Diffusion's chain, sigma 0.0292 to 14.61: what schedules of a test bed walk. */
const schedule = discreteSchedule({
  trainSteps: 1000,
  betaStart: 0.00085,
  betaEnd: 0.012,
  betaSchedule: "scaled_linear",
  trainedBetas: null,
  rescaleZeroSnr: false,
  stepsOffset: 0,
  finalSigma: "zero",
  spacing: "leading",
});

/** What is known of a test bed while planning: no weights, latents in double precision, pixels only of pictures. */
export function bedInfo({ name, mixture, picture }: Bed): ModelInfo {
  const { height, width } = picture ?? { height: 0, width: 0 };
  return {
    name,
    network: "",
    prediction: "x0",
    schedule,
    latent: { channels: picture ? 1 : mixture.size, factor: 1, width, height, dtype: "float64" },
    bytes: { network: 0, parts: {} },
    networks: [],
    batching: { fixedBatch: null, scalarTimestep: false },
    labels: labelsOf(mixture),
  };
}

/**
 * A test bed as a model. Conditionings carry the weights of the Gaussians, [1, 1, K]. `evaluated` is called for every
 * evaluation of a denoiser.
 */
export function bedModel(bed: Bed, evaluated: () => void): Model {
  const info = bedInfo(bed);
  const { name, mixture, picture } = bed;
  const mixtureFor = sizes(bed);
  const model: Model = {
    info,
    mixture,
    encodeText: async (text) => ({ context: contextOf(mixture, text) }),
    denoiser: ({ context }) => {
      const denoiser = async (x: Tensor, sigma: number, call: Call) => {
        evaluated();
        const own = mixtureFor(x);
        if (call.levels) return denoiseFramewise(x, call.levels, own, context);
        return denoiseMixture(x, toldSigma(sigma, call), own, context);
      };
      return Object.assign(denoiser, { native: info.prediction, model });
    },
    decode: async (latent) => (picture ? greyImage(latent) : refuse(nothingToDecode(name))),
    encode: async (image) => (picture ? greyLatent(image) : refuse(nothingToEncode(name))),
    network: () => refuse(`${name} is a formula and has no networks. Connect a model folder instead.`),
    readJson: async () => null,
    tokenize: () => refuse(`${name} is a formula and has no tokenizer. Connect a model folder instead.`),
  };
  return model;
}

/** The mixture that a latent is of: pictures may have any size. */
function sizes({ mixture, picture }: Bed): (latent: Tensor) => Mixture {
  const known = new Map<string, Mixture>();
  return ({ shape: [, , height, width] }) => {
    if (!picture || (height === picture.height && width === picture.width)) return mixture;
    const key = `${height}|${width}`;
    const resized = known.get(key) ?? picture.resized(height, width);
    known.set(key, resized);
    return resized;
  };
}

/** A latent [B, 1, h, w] as an image [B, 3, h, w]. */
function greyImage(latent: Tensor): Tensor {
  return cast(spreadChannels(affine(latent, 0.25, 0.5), 3), "float32");
}

/** The brightness of an image [B, 3, h, w] as a latent [B, 1, h, w]. */
function greyLatent(image: Tensor): Tensor {
  return affine(sumChannels(cast(image, "float64")), 4 / 3, -2);
}

/** Why a model without pixels makes no picture. */
export function nothingToDecode(name: string): string {
  return `${name} has no pixels, so there is nothing to decode. Save or plot the latent itself.`;
}

/** Why a model without pixels takes no picture. */
export function nothingToEncode(name: string): string {
  return `${name} has no pixels, so no image can be encoded. Start from an empty latent.`;
}

async function refuse(sentence: string): Promise<never> {
  throw new Error(sentence);
}

function contextOf(mixture: Mixture, text: string): Tensor {
  const data = weightsUnder(mixture, text);
  if (!data) throw new Error(refuseLabel(labelsOf(mixture), text) ?? "");
  return { data, shape: [1, 1, data.length] };
}

/** The level that the denoiser is told: methods that perturb the timestep shift it, by its ratio beyond the schedule too. */
function toldSigma(sigma: number, { switches }: Call): number {
  const { timestepShift = 0 } = switches;
  if (timestepShift === 0) return sigma;
  const timestep = timestepOf(schedule, sigma);
  const shifted = Math.min(schedule.trainSteps - 1, Math.max(0, timestep + timestepShift));
  return (sigma * sigmaOf(schedule, shifted)) / sigmaOf(schedule, timestep);
}
