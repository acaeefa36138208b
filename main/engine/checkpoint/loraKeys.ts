/** What a tensor of a LoRA file is to its layer. */
export type LoraRole =
  | "down"
  | "up"
  | "mid"
  | "upBias"
  | "alpha"
  | "magnitude"
  | "peftMagnitude"
  | "hada1a"
  | "hada1b"
  | "hada2a"
  | "hada2b"
  | "hadaMid1"
  | "hadaMid2"
  | "lokr1"
  | "lokr1a"
  | "lokr1b"
  | "lokr2"
  | "lokr2a"
  | "lokr2b"
  | "lokrMid2"
  | "whole"
  | "bias";

/** A key of a LoRA file: the layer it belongs to, by the file's name for it, and its role; `unused` where it says nothing. */
export interface LoraKey {
  readonly module: string;
  readonly role: LoraRole | "unused";
}

/** Endings of keys in every naming scheme. */
const endings: readonly (readonly [ending: RegExp, role: LoraKey["role"]])[] = [
  [/\.lora_down\.weight$/, "down"],
  [/\.lora_up\.weight$/, "up"],
  [/\.lora_mid\.weight$/, "mid"],
  [/\.lora_A(\.default)?\.weight$/, "down"],
  [/\.lora_B(\.default)?\.weight$/, "up"],
  [/\.lora_B(\.default)?\.bias$/, "upBias"],
  [/(\.|_)lora\.down\.weight$/, "down"],
  [/(\.|_)lora\.up\.weight$/, "up"],
  [/\.lora_linear_layer\.down\.weight$/, "down"],
  [/\.lora_linear_layer\.up\.weight$/, "up"],
  [/\.alpha$/, "alpha"],
  [/\.dora_scale$/, "magnitude"],
  [/\.lora_magnitude_vector(\.default)?(\.weight)?$/, "peftMagnitude"],
  [/\.hada_w1_a$/, "hada1a"],
  [/\.hada_w1_b$/, "hada1b"],
  [/\.hada_w2_a$/, "hada2a"],
  [/\.hada_w2_b$/, "hada2b"],
  [/\.hada_t1$/, "hadaMid1"],
  [/\.hada_t2$/, "hadaMid2"],
  [/\.lokr_w1$/, "lokr1"],
  [/\.lokr_w1_a$/, "lokr1a"],
  [/\.lokr_w1_b$/, "lokr1b"],
  [/\.lokr_w2$/, "lokr2"],
  [/\.lokr_w2_a$/, "lokr2a"],
  [/\.lokr_w2_b$/, "lokr2b"],
  [/\.lokr_t2$/, "lokrMid2"],
  [/\.(diff|w_norm)$/, "whole"],
  [/\.(diff_b|b_norm)$/, "bias"],
  // Factors and rates that only training knows; what they did is in the matrices already.
  [/\.(scalar|rank_dropout|module_dropout|dropout)$/, "unused"],
];

/** What a key of a LoRA file is; null for one that nothing is known of. */
export function loraKeyOf(key: string): LoraKey | null {
  for (const [ending, role] of endings) {
    if (ending.test(key)) return { module: usualName(key.replace(ending, "")), role };
  }
  return null;
}

/** Modules of diffusers' first LoRAs, which stood in processors of the attention, under their later names. */
function usualName(module: string): string {
  return module
    .replace(/\.processor\.(to_\w+)$/, ".$1")
    .replace(/\.to_out$/, ".to_out.0")
    .replace(/\.self_attn\.to_(q|k|v)$/, ".self_attn.$1_proj")
    .replace(/\.self_attn\.to_out\.0$/, ".self_attn.out_proj");
}
