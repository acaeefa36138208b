import { basename } from "node:path";
import { clipTextGraph } from "./clipText.ts";
import { CheckpointError } from "./error.ts";
import type { Adapter, Lora, LoraModule } from "./lora.ts";
import { networkLayers, towerLayers } from "./loraNames.ts";
import { denoisingGraph } from "./networks.ts";
import type { ModelParts } from "./parts.ts";

/**
 * Layers of a LoRA, by their names in its file, that no network of a model has a place for: found by building the
 * networks' graphs. Throws a CheckpointError if nothing fits, or less than half of what is meant for the denoising
 * network: families share text towers, and some layers of their networks by chance.
 */
export function unfitLayers(lora: Lora, parts: ModelParts): readonly string[] {
  const used = new Set<LoraModule>();
  const noting = (find: Adapter["find"]): Adapter[] => [
    {
      lora,
      strength: "strength",
      find: (key) => {
        const layer = find(key);
        if (layer) used.add(layer);
        return layer;
      },
    },
  ];
  denoisingGraph(parts.denoiser, { isEven: true, hasControl: false }, noting(networkLayers(lora, parts.denoiser)));
  for (const [letter, tower] of [
    ["L", parts.clipL],
    ["G", parts.clipG],
    ["H", parts.clipH],
  ] as const) {
    if (tower) clipTextGraph(tower.weights, tower.spec, noting(towerLayers(lora, letter)));
  }
  const isForText = (name: string) => /^(lora_te|text_encoder)/.test(name);
  const unfit = [...lora.modules].filter(([, layer]) => !used.has(layer)).map(([name]) => name);
  const forNetwork = [...lora.modules.keys()].filter((name) => !isForText(name));
  const unfitForNetwork = unfit.filter((name) => !isForText(name));
  if (unfit.length === lora.modules.size || (forNetwork.length > 0 && 2 * unfitForNetwork.length > forNetwork.length)) {
    throw new CheckpointError(
      `${basename(lora.path)} does not fit ${parts.info.name}: ${unfit.length} of its ${lora.modules.size} layers have no place there (the first is “${unfitForNetwork[0] ?? unfit[0]}”). Take one made for this kind of model.`,
    );
  }
  return unfit;
}
