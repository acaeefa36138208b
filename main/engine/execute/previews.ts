import type { RunEvent } from "../../../shared/events.ts";
import type { Model } from "../../../shared/model.ts";
import type { StepReport } from "../../../shared/node/context.ts";
import { sliceRows } from "../../../shared/tensor/index.ts";
import { measureClipping } from "../../../shared/tensor/measure.ts";
import type { Tensor } from "../../../shared/tensor/tensor.ts";
import { thumbnailPng } from "../files/imageCodec.ts";
import { isAbort } from "./failure.ts";

/** Largest picture that the decoder shows at every step; beyond it a preview would cost more than the step. */
const decodedPixels = 256 * 256;

/** Pictures for a window: finished images, and what the sampler sees at each step. Never delays the run. */
export class Previews {
  readonly #emit: (event: RunEvent) => void;
  readonly #tasks = new Set<Promise<void>>();
  /** Nodes with a preview under way: the next one waits for a later step. */
  readonly #busy = new Set<string>();

  constructor(emit: (event: RunEvent) => void) {
    this.#emit = emit;
  }

  /** Shows an image batch on a node. */
  show(node: string, image: Tensor): void {
    this.#track(this.#encode(image).then((event) => this.#emit({ ...event, event: "images", node })));
  }

  /** Shows the first sample's predicted picture, if the decoder is cheap and the last preview done; the last step always. */
  step(node: string, { denoised, step, steps, sigma }: StepReport, model: Model | undefined): void {
    const mustWait = this.#busy.has(node) && step + 1 < steps;
    if (!model || mustWait || denoised.shape.length !== 4) return;
    const { factor } = model.info.latent;
    if (model.info.latent.width === 0 || denoised.shape[2] * denoised.shape[3] * factor * factor > decodedPixels)
      return;
    this.#busy.add(node);
    const shown = model.decode(sliceRows(denoised, 0, 1)).then(async (image) => {
      const clipping = measureClipping(image);
      this.#emit({ event: "metrics", node, sampler: node, step: step + 1, sigma, values: { clipping } });
      const { pngs, width, height } = await this.#encode(image);
      this.#emit({ event: "preview", node, step: step + 1, steps, sigma, png: pngs[0], width, height });
    });
    this.#track(shown.finally(() => this.#busy.delete(node)));
  }

  /** Settles when every picture has been shown. */
  async settle(): Promise<void> {
    await Promise.all(this.#tasks);
  }

  async #encode(image: Tensor): Promise<{ pngs: Uint8Array[]; width: number; height: number }> {
    const [batch, , height, width] = image.shape;
    const pngs: Uint8Array[] = [];
    for (let i = 0; i < batch; i++) pngs.push(await thumbnailPng(sliceRows(image, i, i + 1)));
    return { pngs, width, height };
  }

  /** A preview that fails must not fail the run: the picture is told of, not shown. */
  #track(work: Promise<void>): void {
    const task = work.catch((error: Error) => {
      if (!isAbort(error)) this.#emit({ event: "warning", node: null, message: `No preview: ${error.message}` });
    });
    this.#tasks.add(task);
    void task.finally(() => this.#tasks.delete(task));
  }
}
