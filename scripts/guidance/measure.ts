import type { Workspace } from "../../main/engine/workspace.ts";
import type { RunEvent } from "../../shared/events.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { documentOf, fitDocument } from "./document.ts";
import type { Method } from "./methods.ts";
import type { Prompt } from "./prompts.ts";

/** What one picture came to. */
export interface Result {
  /** Share of the prompt's labels that the classifier finds. */
  readonly labels: number;
  /** 1 if it finds all of them. */
  readonly accuracy: number;
  /** Cosine of CLIP's embeddings. */
  readonly clip: number;
  /** Mean saturation of the hue-saturation-value model, 0 to 1. */
  readonly saturation: number;
  /** Share of decoded values outside 0 to 1. */
  readonly clipping: number;
  readonly evaluations: number;
  /** Of the walk alone. */
  readonly seconds: number;
  /** Cosine of both predictions in eps, by step; empty where nothing is guided. */
  readonly cosines: readonly number[];
}

/** Runs a method under a prompt. Seeds pair pictures: the same seed is the same first noise. */
export async function measure(workspace: Workspace, prompt: Prompt, seed: number, method: Method): Promise<Result> {
  const events: RunEvent[] = [];
  let image: Tensor | null = null;
  const done = await workspace.run(documentOf(prompt, seed, method), {
    ...{ baseFolder: null, device: "cpu", outputFolder: "/", previews: false },
    ...{ emit: (event) => void events.push(event), signal: new AbortController().signal },
    onImage: (_, shown) => void (image = shown),
  });
  const scores = prompt.labels.map((_, i) => scoreOf(events, `score${i}`) > Math.log(0.5));
  return {
    labels: scores.filter(Boolean).length / scores.length,
    accuracy: scores.every(Boolean) ? 1 : 0,
    clip: scoreOf(events, "score"),
    ...coloursOf(image!),
    evaluations: done.nfe,
    seconds:
      events.reduce((sum, one) => sum + (one.event === "state" && one.node === "sample" ? (one.ms ?? 0) : 0), 0) / 1000,
    cosines: events.flatMap((one) => (one.event === "metrics" && "cosine" in one.values ? [one.values.cosine[0]] : [])),
  };
}

/** Fits linear guidance under a prompt; returns the path of what it found, below `folder`. */
export async function fitLinear(workspace: Workspace, prompt: Prompt, folder: string): Promise<string> {
  let path = "";
  await workspace.run(fitDocument(prompt, "coefficients"), {
    ...{ baseFolder: null, device: "cpu", outputFolder: folder, previews: false },
    ...{
      emit: (event) => void (event.event === "output" && (path = event.path)),
      signal: new AbortController().signal,
    },
  });
  return path;
}

function scoreOf(events: readonly RunEvent[], node: string): number {
  const found = events.find((one) => one.event === "metric" && one.node === node && one.name === "score");
  if (found?.event !== "metric") throw new Error(`“${node}” has no score.`);
  return typeof found.value === "number" ? found.value : found.value[0];
}

/** Of an image [1, 3, H, W] with values around 0 to 1. */
function coloursOf({ data }: Tensor): { readonly saturation: number; readonly clipping: number } {
  const size = data.length / 3;
  let [saturation, outside] = [0, 0];
  for (let i = 0; i < size; i++) {
    const rgb = [0, 1, 2].map((c) => data[c * size + i]);
    outside += rgb.filter((value) => value < 0 || value > 1).length;
    const [low, high] = [Math.min(...rgb.map(clamped)), Math.max(...rgb.map(clamped))];
    if (high > 0) saturation += (high - low) / high;
  }
  return { saturation: saturation / size, clipping: outside / data.length };
}

function clamped(value: number): number {
  return Math.min(1, Math.max(0, value));
}
