/** Key under which newer diffusers states PEFT's configuration of each network, as JSON. */
const key = "lora_adapter_metadata";

/**
 * alpha / rank of a layer without an alpha of its own, from the file's metadata; 1 where that says nothing. With
 * rank-stabilised scaling (arXiv:2312.03732) alpha / √rank.
 */
export function statedScale(metadata: Readonly<Record<string, string>>, module: string, rank: number): number {
  const config = parsed(metadata[key]);
  const network = Object.keys(config).length > 0 ? module.split(".")[0] : "";
  const at = (name: string) => config[`${network}.${name}`];
  const pattern = Object(at("alpha_pattern")) as Record<string, unknown>;
  const own = Object.entries(pattern).find(([name]) => module === `${network}.${name}` || module.endsWith(`.${name}`));
  const alpha = own?.[1] ?? at("lora_alpha");
  if (typeof alpha !== "number") return 1;
  return at("use_rslora") === true ? alpha / Math.sqrt(rank) : alpha / rank;
}

function parsed(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text ?? "{}")) as Record<string, unknown>;
  } catch {
    return {};
  }
}
