import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readNpy } from "../files/npy.ts";
import type { OnnxGraph } from "../onnx/document.ts";
import { clipTextGraph, clipTextSpecOf } from "./clipText.ts";
import { type Adapter, readLora } from "./lora.ts";
import { towerLayers } from "./loraNames.ts";
import { distance, drawn, runOnce, times, type Values, valuesOf, writeValues } from "./loraTesting.ts";
import { readCheckpoint } from "./safetensors.ts";
import { t5Graph } from "./t5.ts";
import { underPrefix, type WeightTable } from "./weightTable.ts";

const fixtures = join(__dirname, "fixtures");
const folder = mkdtempSync(join(tmpdir(), "fairlead-towers-"));
afterAll(() => rmSync(folder, { recursive: true }));

const ids = (path: string) => readNpy(readFileSync(join(fixtures, "golden", `${path}.npy`)));

interface Tower {
  readonly fixture: string;
  readonly prefix: string;
  readonly tower: "H" | "T5";
  readonly input: string;
  readonly graph: (weights: WeightTable, adapters: readonly Adapter[]) => OnnxGraph;
  /** Layers: the file's name, the weight in the tower, and the rows that it changes. */
  readonly layers: readonly (readonly [name: string, weight: string, start: number, end: number])[];
}

const length = ids("t5-tiny/input_ids").shape[1];
const towers: readonly Tower[] = [
  {
    ...{ fixture: "sd21v-tiny", prefix: "cond_stage_model.model.", tower: "H", input: "sd21v-tiny/clip_h_input_ids" },
    graph: (weights, adapters) => clipTextGraph(weights, clipTextSpecOf(weights, 3)!, { adapters }),
    layers: [
      ["lora_te_text_model_encoder_layers_0_self_attn_q_proj", "transformer.resblocks.0.attn.in_proj_weight", 0, 48],
      ["lora_te_text_model_encoder_layers_0_self_attn_v_proj", "transformer.resblocks.0.attn.in_proj_weight", 96, 144],
      ["text_encoder.text_model.encoder.layers.3.mlp.fc1", "transformer.resblocks.3.mlp.c_fc.weight", 0, 192],
      ["lora_te_text_model_encoder_layers_5_self_attn_out_proj", "transformer.resblocks.5.attn.out_proj.weight", 0, 48],
    ],
  },
  {
    ...{ fixture: "t5-tiny", prefix: "", tower: "T5", input: "t5-tiny/input_ids" },
    graph: (weights, adapters) => t5Graph(weights, length, adapters),
    layers: [
      ["lora_te3_encoder_block_0_layer_0_SelfAttention_q", "encoder.block.0.layer.0.SelfAttention.q.weight", 0, 96],
      [
        "text_encoder_2.encoder.block.1.layer.1.DenseReluDense.wo",
        "encoder.block.1.layer.1.DenseReluDense.wo.weight",
        0,
        96,
      ],
    ],
  },
];

test.each(towers)("layers for the text encoder of $fixture work as merged weights", async (one) => {
  const { fixture, prefix, tower, input, graph, layers } = one;
  const checkpoint = readCheckpoint(join(fixtures, `${fixture}.safetensors`));
  const own = [...checkpoint.tensors.keys()].filter((key) => key.startsWith(prefix));
  const floats = own.filter((key) => /float/.test(checkpoint.tensors.get(key)?.dtype ?? ""));
  const merged = new Map(floats.map((key) => [key.slice(prefix.length), valuesOf(checkpoint, key)]));
  const made: Record<string, Values> = {};
  layers.forEach(([name, key, start, end], seed) => {
    const { shape, data } = merged.get(key)!;
    const into = shape[1];
    const [down, up] = [drawn(seed, [2, into]), drawn(seed + 20, [end - start, 2])];
    made[`${name}.lora_down.weight`] = down;
    made[`${name}.lora_up.weight`] = up;
    const delta = times(up, down).data;
    const inRows = (i: number) => i >= start * into && i < end * into;
    merged.set(key, { shape, data: data.map((w, i) => (inRows(i) ? w - 0.5 * delta[i - start * into] : w)) });
  });
  const paths = [join(folder, "lora.safetensors"), join(folder, "merged.safetensors")];
  writeValues(paths[0], made);
  writeValues(paths[1], Object.fromEntries(merged));
  const weights = underPrefix(checkpoint, prefix);
  const lora = readLora(readCheckpoint(paths[0]));
  const adapter = { lora, strength: "strength", find: towerLayers(lora, tower, weights) };
  const feeds = { input_ids: ids(input) };
  const strength = (value: number) => ({ strength: { data: Float32Array.of(value), shape: [] } });
  const wanted = await runOnce(paths[1], graph(underPrefix(readCheckpoint(paths[1]), ""), []), feeds);
  const changed = graph(weights, [adapter]);
  const got = await runOnce(checkpoint.path, changed, { ...feeds, ...strength(-0.5) });
  expect(distance(got.last_hidden_state.data, wanted.last_hidden_state.data)).toBeLessThan(2e-5);
  const off = await runOnce(checkpoint.path, changed, { ...feeds, ...strength(0) });
  expect(distance(off.last_hidden_state.data, wanted.last_hidden_state.data)).toBeGreaterThan(1e-3);
});
