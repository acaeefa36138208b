import { AudioWaveform, Blend, Box, FileText, Folder, type LucideIcon, Network, Quote } from "lucide-react";
import type { ModelKind } from "../../../shared/library.ts";

/** Names and icons of the kinds of models. */
export const kindLooks: Readonly<
  Record<ModelKind, { readonly one: string; readonly many: string; readonly icon: LucideIcon }>
> = {
  checkpoint: { one: "Checkpoint", many: "Checkpoints", icon: Box },
  lora: { one: "LoRA", many: "LoRAs", icon: Blend },
  vae: { one: "VAE", many: "VAEs", icon: AudioWaveform },
  controlnet: { one: "ControlNet", many: "ControlNets", icon: Network },
  "text-encoder": { one: "Text encoder", many: "Text encoders", icon: FileText },
  embedding: { one: "Embedding", many: "Embeddings", icon: Quote },
  onnx: { one: "ONNX folder", many: "ONNX folders", icon: Folder },
};

/** Bytes for people: "1.9 GB". */
export function shownBytes(bytes: number): string {
  const unit = ["B", "kB", "MB", "GB", "TB"].findIndex(
    (_, index, all) => bytes < 1000 ** (index + 1) || index === all.length - 1,
  );
  const value = bytes / 1000 ** unit;
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1)}\u2009${["B", "kB", "MB", "GB", "TB"][unit]}`;
}

/** Seconds for people: "3 min". */
export function shownSeconds(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))}\u2009s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)}\u2009min` : `${(seconds / 3600).toFixed(1)}\u2009h`;
}
