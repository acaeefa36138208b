import type { NativeSpace } from "../../../shared/denoiser.ts";
import type { ModelInfo, NoiseSchedule, PortInfo } from "../../../shared/model.ts";
import { type BetaSchedule, discreteSchedule, flowSchedule } from "../../../shared/sampling/noiseSchedule.ts";
import { graphInputs } from "../onnx/header.ts";
import { choiceField, FolderError, ModelFolder, numberField } from "./folder.ts";

type Json = Record<string, unknown>;

const schedulerFile = "scheduler/scheduler_config.json";

/** Reads what is known of a model without opening a network, or a sentence why the folder is no model. */
export async function readModelInfo(path: string, network: string): Promise<{ info: ModelInfo } | { problem: string }> {
  try {
    return { info: await infoOf(new ModelFolder(path), network) };
  } catch (error) {
    if (error instanceof FolderError) return { problem: error.message };
    throw error;
  }
}

async function infoOf(folder: ModelFolder, wanted: string): Promise<ModelInfo> {
  if (!folder.has("."))
    throw new FolderError(`There is no folder ${folder.path}. Choose a folder exported by Optimum.`);
  const index = await folder.json("model_index.json");
  if (!index) throw new FolderError("No model_index.json in this folder. Choose a folder exported by Optimum.");
  const networks = await denoisingNetworks(folder);
  const network = wanted || (["unet", "transformer"].find((part) => part in index) ?? networks[0] ?? "");
  if (!networks.includes(network)) {
    if (networks.length === 0)
      throw new FolderError(
        `${folder.name} has no denoising network: unet/model.onnx or transformer/model.onnx is missing.`,
      );
    throw new FolderError(`${folder.name} has no network “${network}”. It has ${networks.join(", ")}.`);
  }
  const config = await folder.required(`${network}/config.json`);
  const scheduler = await folder.required(schedulerFile);
  const { prediction, schedule } = scheduleOf(scheduler);
  const parts = await folder.parts();
  const sizes = await Promise.all(parts.map((part) => folder.bytes(part)));
  return {
    name: folder.name,
    network,
    prediction,
    schedule,
    latent: await latentOf(folder, config, `${network}/config.json`),
    bytes: {
      network: await folder.bytes(network),
      parts: Object.fromEntries(parts.map((part, i) => [part, sizes[i]])),
    },
    networks,
    batching: await batchingOf(folder, network),
  };
}

/** Whether the exported graph fixes its batch or takes one timestep for a whole batch. A file that cannot be read says so when it is opened. */
async function batchingOf(folder: ModelFolder, network: string): Promise<ModelInfo["batching"]> {
  const inputs = await graphInputs(folder.inside(`${network}/model.onnx`)).catch(
    () => ({}) as Record<string, PortInfo>,
  );
  const fixedBatch = (inputs.sample ?? inputs.hidden_states)?.shape[0] ?? null;
  const timestep = inputs.timestep?.shape;
  return {
    fixedBatch,
    scalarTimestep: timestep !== undefined && (timestep.length === 0 || (timestep[0] === 1 && fixedBatch !== 1)),
  };
}

async function denoisingNetworks(folder: ModelFolder): Promise<string[]> {
  const parts = await folder.parts();
  const classes = await Promise.all(
    parts.map(async (part) => [part, (await folder.json(`${part}/config.json`))?._class_name] as const),
  );
  return classes
    .filter(
      ([part, name]) =>
        /UNet|Transformer2D|TransformerModel/i.test(String(name ?? "")) || part === "unet" || part === "transformer",
    )
    .map(([part]) => part);
}

async function latentOf(folder: ModelFolder, config: Json, file: string): Promise<ModelInfo["latent"]> {
  const vaeFile = folder.vaeConfig();
  const vae = await folder.required(vaeFile);
  const blocks = vae.block_out_channels;
  if (!Array.isArray(blocks) || blocks.length === 0)
    throw new FolderError(`${vaeFile} does not say block_out_channels.`);
  const factor = 2 ** (blocks.length - 1);
  const [height, width] = sampleSize(config.sample_size, file);
  const channels = numberField(vae, "latent_channels", vaeFile);
  return { channels, factor, width: width * factor, height: height * factor, dtype: "float32" };
}

function sampleSize(value: unknown, file: string): [number, number] {
  if (typeof value === "number") return [value, value];
  if (Array.isArray(value) && value.length === 2 && value.every((side) => typeof side === "number"))
    return [value[0], value[1]];
  throw new FolderError(`${file} does not say sample_size.`);
}

const predictions: Readonly<Record<string, NativeSpace>> = {
  epsilon: "eps",
  v_prediction: "v",
  sample: "x0",
  flow_prediction: "flow",
};

interface Defaults {
  readonly betas: readonly [number, number];
  readonly betaSchedule: BetaSchedule;
  readonly alphaToOne: boolean;
  readonly spacing: NoiseSchedule["spacing"];
}

/** Defaults of a diffusers scheduler class for fields that its configuration leaves out (diffusers 0.31, constructors). */
function defaultsOf(name: string): Defaults {
  const isOfKarras = /^(Heun|KDPM2|DPMSolverSDE)/.test(name);
  const isDistilled = /^(LCM|TCD)/.test(name);
  return {
    betas: isOfKarras || isDistilled ? [0.00085, 0.012] : [0.0001, 0.02],
    betaSchedule: isDistilled ? "scaled_linear" : "linear",
    alphaToOne: !name.startsWith("PNDM"),
    spacing: isOfKarras || /^(Euler|LMS|DPMSolver|UniPC|DEIS)/.test(name) ? "linspace" : "leading",
  };
}

/** Prediction type and noise levels from a scheduler's configuration, with diffusers' documented defaults. */
export function scheduleOf(config: Json): { prediction: NativeSpace; schedule: NoiseSchedule } {
  const trainSteps = numberField(config, "num_train_timesteps", schedulerFile, 1000);
  const name = String(config._class_name ?? "");
  if (name.startsWith("FlowMatch")) {
    return {
      prediction: "flow",
      schedule: flowSchedule({ trainSteps, shift: numberField(config, "shift", schedulerFile, 1) }),
    };
  }
  const prediction = choiceField(
    config,
    "prediction_type",
    schedulerFile,
    ["epsilon", "v_prediction", "sample", "flow_prediction"],
    "epsilon",
  );
  const absent = defaultsOf(name);
  const trained = config.trained_betas;
  const schedule = discreteSchedule({
    trainSteps,
    betaStart: numberField(config, "beta_start", schedulerFile, absent.betas[0]),
    betaEnd: numberField(config, "beta_end", schedulerFile, absent.betas[1]),
    betaSchedule: choiceField(
      config,
      "beta_schedule",
      schedulerFile,
      ["linear", "scaled_linear", "squaredcos_cap_v2"],
      absent.betaSchedule,
    ),
    trainedBetas: Array.isArray(trained) ? trained.map(Number) : null,
    rescaleZeroSnr: config.rescale_betas_zero_snr === true,
    stepsOffset: numberField(config, "steps_offset", schedulerFile, 0),
    finalSigma:
      (config.set_alpha_to_one ?? absent.alphaToOne) === false || config.final_sigmas_type === "sigma_min"
        ? "sigma_min"
        : "zero",
    spacing: choiceField(
      config,
      "timestep_spacing",
      schedulerFile,
      ["leading", "linspace", "trailing"],
      absent.spacing,
    ),
  });
  return { prediction: predictions[prediction], schedule };
}
