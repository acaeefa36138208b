import { basename } from "node:path";
import { clipTextGraph } from "./clipText.ts";
import { CheckpointError } from "./error.ts";
import type { Adapter, Lora, LoraLayer } from "./lora.ts";
import { networkLayers, towerLayers } from "./loraNames.ts";
import { denoisingGraph } from "./networks.ts";
import type { ModelParts } from "./parts.ts";
import { t5Graph } from "./t5.ts";

/**
 * Layers of a LoRA, by their names in its file, that no network of a model has a place for: found by building the
 * networks' graphs. Throws a CheckpointError if nothing fits, or less than half of what is meant for the denoising
 * network: families share text towers, and some layers of their networks by chance.
 */
export function unfitLayers(lora: Lora, parts: ModelParts): readonly string[] {
  const used = new Set<LoraLayer>();
  const noting = (find: Adapter["find"]): Adapter[] => [
    {
      lora,
      strength: "strength",
      find: (key) => {
        const pieces = find(key);
        for (const { layer } of pieces) used.add(layer);
        return pieces;
      },
    },
  ];
  denoisingGraph(parts.denoiser, { isEven: true, hasControl: false }, noting(networkLayers(lora, parts.denoiser)));
  for (const [letter, tower] of [
    ["L", parts.clipL],
    ["G", parts.clipG],
    ["H", parts.clipH],
  ] as const) {
    if (tower) clipTextGraph(tower.weights, tower.spec, { adapters: noting(towerLayers(lora, letter, tower.weights)) });
  }
  if (parts.t5) t5Graph(parts.t5.weights, 8, noting(towerLayers(lora, "T5", parts.t5.weights)));
  const isForText = (name: string) => /^(lora_te|text_encoder)/.test(name);
  const unfit = [...lora.layers].filter(([, layer]) => !used.has(layer)).map(([name]) => name);
  const forNetwork = [...lora.layers.keys()].filter((name) => !isForText(name));
  const unfitForNetwork = unfit.filter((name) => !isForText(name));
  if (unfit.length === lora.layers.size || (forNetwork.length > 0 && 2 * unfitForNetwork.length > forNetwork.length)) {
    throw new CheckpointError(
      `${basename(lora.path)} does not fit ${parts.info.name}: ${unfit.length} of its ${lora.layers.size} layers have no place there (the first is “${unfitForNetwork[0] ?? unfit[0]}”). Take one made for this kind of model.`,
    );
  }
  return unfit;
}
