import { sliceRows } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { serializeWorkflow } from "../../shared/workflow/serialize.ts";
import type { Workflow } from "../../shared/workflow/workflow.ts";
import type { ExportInput } from "./engineTypes.ts";
import { writeAtomic } from "./files/atomic.ts";
import { encodeImage } from "./files/imageCodec.ts";

interface LastRun {
  readonly workflow: Workflow;
  readonly images: Map<string, Tensor>;
}

/** The images of each document's last run, as computed, so that an export in 16 bit has all its digits. */
export class KeptPictures {
  readonly #runs = new Map<string, LastRun>();

  /** Forgets a document's older pictures. */
  begin(document: string, workflow: Workflow): void {
    this.#runs.set(document, { workflow, images: new Map() });
  }

  keep(document: string, node: string, image: Tensor): void {
    this.#runs.get(document)?.images.set(node, image);
  }

  /** Writes one of them with the workflow that made it. Throws a sentence if it is not there any more. */
  async write({ document, node, index, format, bitDepth, embedWorkflow, path }: ExportInput): Promise<void> {
    const run = this.#runs.get(document);
    const image = run?.images.get(node);
    if (!run || !image || index >= image.shape[0]) {
      throw new Error("This picture is not in memory any more. Run again, then export it.");
    }
    const workflow = embedWorkflow ? { workflow: serializeWorkflow(run.workflow) } : {};
    await writeAtomic(path, await encodeImage(sliceRows(image, index, index + 1), { format, bitDepth, ...workflow }));
  }
}
