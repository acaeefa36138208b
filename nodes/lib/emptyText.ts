import type { Conditioning } from "../../shared/model.ts";
import { param } from "../../shared/node/params.ts";
import { scale } from "../../shared/tensor/index.ts";

/** What an empty text is to the network. */
export const emptyParam = param.select({
  default: "encoded",
  label: "Empty text",
  onCard: false,
  about: "What the network is told by an empty text.",
  options: [
    { value: "encoded", label: "Encoded", about: "What the text encoders say of it, as ComfyUI does." },
    { value: "zeros", label: "Zeros", about: "Zeros of the same size, as diffusers does for SDXL." },
  ],
});

/** The conditioning of a text, with zeros for an empty one where they are chosen. */
export function emptied(conditioning: Conditioning, text: string, empty: "encoded" | "zeros"): Conditioning {
  if (empty === "encoded" || text.trim() !== "") return conditioning;
  const { context, pooled } = conditioning;
  return { ...conditioning, context: scale(context, 0), ...(pooled ? { pooled: scale(pooled, 0) } : {}) };
}
