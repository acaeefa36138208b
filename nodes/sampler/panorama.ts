import type { CallInfo, Denoiser } from "../../shared/denoiser.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import type { NoiseSource } from "../../shared/noise.ts";
import { eulerStep } from "../../shared/sampling/steps.ts";
import { cropWindow, type PlaneWindow } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { reportInputs, widened } from "../lib/samplerInputs.ts";
import { callAt, infoAt, Path, refuseSigmas, startFrom } from "../lib/steps.ts";
import { apart, blended, likeAnchor, nudged, tilesOf } from "../lib/tiles.ts";

export const node = defineNode({
  type: "sampler/panorama",
  version: 1,
  title: "Panorama",
  summary: "Draws a picture larger than the model knows, in overlapping windows.",
  keywords: ["multidiffusion", "syncdiffusion", "wide", "tiled", "windows", "loop", "360"],
  doc: doc`
    The latent may be as wide or as high as you like. In every step each window of the model's own size is denoised by
    itself, and where windows overlap the results are averaged. With **loop** the right edge goes on at the left one, so
    that the picture can be rolled into a ring.

    $$x' = \frac{\sum_j \mathrm{place}_j\big[D(x_j) + \tfrac{\sigma'}{\sigma}(x_j - D(x_j))\big]}{\text{windows at each place}}$$

    Averaging alone can join a forest to a beach. **Sync** moves each window, before its step, so that its prediction has
    the colours of the middle window:

    $$x_j \leftarrow x_j + s\,\Big(\mu_a + \tfrac{\sigma_a}{\sigma_j}\,(D_j - \mu_j) - D_j\Big)$$

    with the mean $\mu$ and spread $\sigma$ of each latent channel. This is an **approximation** of SyncDiffusion: the
    paper follows the gradient of a perceptual distance through decoder and network. Colours and contrast agree
    afterwards; style and perspective are left to chance. \`windows.apart\` reports, in every step, how far the channel
    means of the windows lie from those of the middle one.

    Windows and strides are in pixels; those of models without pixels are in cells. Steps are Euler's, and guidance belongs
    into the denoiser. **Costs** one evaluation of the denoiser for each window, and one more for each but the middle one
    where sync is not 0. **Try** a stride of a quarter to a half of the window, and a sync curve that falls from 0.5 to 0
    over the first fifth of the walk.
  `,
  cites: [
    {
      id: "arXiv:2302.08113",
      by: "Bar-Tal and others, 2023",
      title: "MultiDiffusion: Fusing Diffusion Paths for Controlled Image Generation",
    },
    {
      id: "arXiv:2306.05178",
      by: "Lee and others, 2023",
      title: "SyncDiffusion: Coherent Montage via Synchronized Joint Diffusions",
    },
  ],
  status: "stable",
  inputs: {
    denoiser: port.denoiser("what predicts the clean picture of a window"),
    sigmas: port.sigmas("noise levels to walk"),
    noise: port.noise("first noise"),
    latent: port.latent("where to start, of the size of the whole picture"),
  },
  params: {
    window: param.integer({
      default: 0,
      min: 0,
      max: 16_384,
      unit: "px",
      about: "Side of a window; 0 = the model's own.",
    }),
    stride: param.integer({
      default: 0,
      min: 0,
      max: 16_384,
      unit: "px",
      about: "From one window to the next; 0 = a quarter of the window.",
    }),
    loop: param.boolean({ default: false, about: "On: the right edge goes on at the left one." }),
    sync: param.curve({
      default: 0,
      slider: [0, 1],
      safe: [0, 0.7],
      min: 0,
      max: 2,
      step: 0.05,
      about: "How far windows are moved to the look of the middle one; 0 = averaging alone.",
    }),
    addNoise: param.boolean({ default: true, onCard: false, about: "Off: the latent already has its noise." }),
  },
  outputs: {
    latent: port.latent("the last x of the walk"),
    path: port.tensor("x before the first and after every step, [steps + 1, B, …]", { optional: true }),
  },
  calls: function* ({ denoiser, sigmas, latent }, { sync, ...tiling }) {
    if (!sigmas || !latent || refuseSigmas(sigmas)) return;
    const tiles = tilesOf(latent.shape, denoiser?.model, tiling);
    const shape = [...latent.shape.slice(0, 2), tiles[0].height, tiles[0].width];
    for (let step = 0; step + 1 < sigmas.length; step++) {
      const at = infoAt(sigmas, step);
      yield { input: "denoiser", at, windows: tiles.length, shape };
      const others = tiles.length - 1;
      if (sync(at) !== 0 && others > 0) yield { input: "denoiser", at: { ...at, stage: 1 }, windows: others, shape };
    }
  },
  forecast: ({ denoiser, sigmas, latent, noise }, { addNoise }, { problem }) => {
    if (reportInputs({ denoiser, sigmas, latent, noise }, addNoise, problem)) return {};
    return { latent, path: latent && sigmas ? { shape: [sigmas.length, ...latent.shape] } : undefined };
  },
  run: async ({ denoiser, sigmas, noise, latent: given }, { sync, addNoise, ...tiling }, context) => {
    const latent = widened(given, denoiser.model?.info);
    const path = new Path(context.uses("path"));
    const steps = sigmas.length - 1;
    const tiles = tilesOf(latent.shape, denoiser.model?.info, tiling);
    let x = startFrom(latent, noise, sigmas[0] ?? 0, addNoise && steps > 0);
    path.add(x);
    for (let step = 0; step < steps; step++) {
      const at = infoAt(sigmas, step);
      const views = await seen({ denoiser, noise, at, tiles, sync: sync(at) }, x);
      const predictions = views.map((view) => view.denoised);
      const denoised = blended(predictions, tiles, latent.shape);
      if (tiles.length > 1) context.metric("windows.apart", apart(predictions), { step, sigma: at.sigma });
      await context.step({ step, steps, sigma: at.sigma, x, denoised });
      const moved = views.map((view) => eulerStep(view.x, view.denoised, at.sigma, at.next));
      x = blended(moved, tiles, latent.shape);
      path.add(x);
    }
    return { latent: x, path: path.stacked(x) };
  },
});

interface Look {
  readonly denoiser: Denoiser;
  readonly noise: NoiseSource;
  readonly at: CallInfo;
  readonly tiles: readonly PlaneWindow[];
  readonly sync: number;
}

interface View {
  readonly x: Tensor;
  readonly denoised: Tensor;
}

/** Every window with its prediction; with sync, after it was moved to the look of the middle one. */
async function seen({ denoiser, noise, at, tiles, sync }: Look, whole: Tensor): Promise<View[]> {
  const call = callAt(at, noise);
  const windows = tiles.map((tile) => cropWindow(whole, tile));
  const first = await Promise.all(windows.map((x) => denoiser(x, at.sigma, call)));
  const views = windows.map((x, j) => ({ x, denoised: first[j] }));
  if (sync === 0 || tiles.length === 1) return views;
  const middle = Math.floor(tiles.length / 2);
  const later = callAt({ ...at, stage: 1 }, noise);
  return Promise.all(
    views.map(async (view, j) => {
      if (j === middle) return view;
      const x = nudged(view.x, view.denoised, likeAnchor(view.denoised, views[middle].denoised), sync);
      return { x, denoised: await denoiser(x, at.sigma, later) };
    }),
  );
}
