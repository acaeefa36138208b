import { createRuntime } from "../main/engine/runtime/runtime.ts";
import { nodesByType } from "../nodes/catalog.ts";
import type { Call, Denoiser } from "../shared/denoiser.ts";
import type { Model } from "../shared/model.ts";
import { gaussianSource } from "../shared/random/gaussianSource.ts";
import type { Reward } from "../shared/reward.ts";
import { samplerOf } from "../shared/sampling/samplers.ts";
import { scale } from "../shared/tensor/index.ts";
import type { Tensor } from "../shared/tensor/tensor.ts";
import { type Method, methods } from "./rewards/methods.ts";

const labels = ["cat", "frog", "apple", "car", "tree", "star", "house", "robot"];
const steps = 40;

/** What one method came to. */
interface Result {
  /** For each sample, whether the image classifier sees the label, and the latent one on the clean latent. */
  readonly image: boolean[];
  readonly latent: boolean[];
  seconds: number;
}

/**
 * Samples without a prompt, `count` shared out over eight labels, with the same noise for every method; prints lines of
 * a Markdown table of how often each classifier sees the label that one of them guided to.
 */
export async function bench(folder: string, count: number, named: readonly string[], print: (line: string) => void) {
  const runtime = createRuntime({ device: "cpu", embeddedModel: folder, threads: 2 });
  try {
    await runtime.modelInfo("", "", null);
    const model = runtime.model("", "");
    const none = model.denoiser(await model.encodeText(""));
    const chosen = methods.filter(({ name }, i) => i === 0 || named.length === 0 || named.includes(name));
    print("| method | guided by | image classifier % | latent classifier % | seconds a sample |\n|-|-|-:|-:|-:|");
    for (const method of chosen) {
      const result: Result = { image: [], latent: [], seconds: 0 };
      for (const [i, label] of labels.entries())
        await judge(result, model, none, { method, label, seed: i, batch: Math.ceil(count / labels.length) });
      const share = (hits: readonly boolean[]) => ((100 * hits.filter(Boolean).length) / hits.length).toFixed(1);
      const guide = method.guidance ? method.guide : "–";
      const seconds = (result.seconds / result.image.length).toFixed(2);
      print(`| ${[method.name, guide, share(result.image), share(result.latent), seconds].join(" | ")} |`);
    }
  } finally {
    await runtime.close();
  }
}

interface Trial {
  readonly method: Method;
  readonly label: string;
  readonly seed: number;
  readonly batch: number;
}

async function judge(result: Result, model: Model, none: Denoiser, { method, label, seed, batch }: Trial) {
  const rewards = {
    image: rewardOf("reward/classifier", model, label),
    latent: rewardOf("reward/latent-classifier", model, label),
  };
  const began = performance.now();
  const end = await walk(guided(method, none, rewards[method.guide]), model, seed, batch);
  result.seconds += (performance.now() - began) / 1000;
  const isSeen = ({ data }: Tensor) => Array.from(data, (value) => value > Math.log(0.5));
  result.image.push(...isSeen(await rewards.image.value(await model.decode(end))));
  result.latent.push(...isSeen(await rewards.latent.value(end, 0)));
}

function rewardOf(type: string, model: Model, label: string): Reward {
  const params = { ...defaultsOf(type), label };
  return nodesByType.get(type)!.build!({ model }, params, {} as never).reward as Reward;
}

function guided({ guidance }: Method, denoiser: Denoiser, reward: Reward): Denoiser {
  if (!guidance) return denoiser;
  const [type, own] = guidance;
  const node = nodesByType.get(type)!;
  const given = Object.entries(own).map(([name, value]) => [
    name,
    node.params[name].kind === "curve" ? () => value : value,
  ]);
  const params = { ...defaultsOf(type), ...Object.fromEntries(given) };
  return node.build!({ denoiser, reward }, params, {} as never).denoiser as Denoiser;
}

function defaultsOf(type: string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(nodesByType.get(type)!.params).map(([name, param]) => [
      name,
      param.kind === "curve" ? () => param.default : param.default,
    ]),
  );
}

/** An ancestral walk over 40 Karras levels. */
async function walk(denoiser: Denoiser, { info }: Model, seed: number, batch: number): Promise<Tensor> {
  const noise = gaussianSource({ seed: BigInt(seed), generator: "philox", perSample: false });
  const [high, low] = [14.6 ** (1 / 7), 0.03 ** (1 / 7)];
  const levels = [...Array.from({ length: steps }, (_, i) => (high + (i / (steps - 1)) * (low - high)) ** 7), 0];
  const side = info.latent.width / info.latent.factor;
  const start = scale(noise.initial([batch, info.latent.channels, side, side], "float32"), levels[0]);
  const io = {
    noise: (like: Tensor, from: number, to: number) => noise.between(like, from, to),
    call: (step: number, stage: number, next = levels[step + 1], sigma = levels[step]): Call => ({
      ...{ step, stage, next, sigma, sigmas: levels, steps, switches: {} },
      noise: noise.stream(`${step}/${stage}`),
      stream: (label) => noise.stream(label),
    }),
    step: async () => {},
  };
  const options = { eta: 1, noiseScale: 1, churn: 0, frame: "variance-exploding" as const };
  return samplerOf("euler_ancestral").sample(denoiser, start, levels, io, options);
}
