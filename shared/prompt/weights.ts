import { a1111Segments } from "./a1111.ts";
import { comfySegments } from "./comfy.ts";

/** Whose rules give words of a prompt a weight: nobody's, ComfyUI's or AUTOMATIC1111's. */
export const weightRules = ["none", "comfyui", "a1111"] as const;

export type WeightRule = (typeof weightRules)[number];

/** A part of a prompt whose tokens share a weight; parts are tokenized one by one. */
export interface Segment {
  readonly text: string;
  readonly weight: number;
}

/** A prompt without its marks, in parts with their weights. Never throws: marks without a partner are text. */
export function segmentsOf(text: string, rule: WeightRule): readonly Segment[] {
  if (rule === "comfyui") return comfySegments(text);
  return rule === "a1111" ? a1111Segments(text) : [{ text, weight: 1 }];
}
