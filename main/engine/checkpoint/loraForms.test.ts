import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { isFloatTensor, type Tensor } from "../../../shared/tensor/tensor.ts";
import { readNpy } from "../files/npy.ts";
import type { OnnxGraph } from "../onnx/document.ts";
import { encodeModel } from "../onnx/write.ts";
import { openGraph } from "../runtime/session.ts";
import { type Adapter, type Lora, readLora } from "./lora.ts";
import { networkLayers } from "./loraNames.ts";
import {
  core,
  distance,
  drawn,
  inner,
  kron,
  runOnce,
  times,
  turned,
  type Values,
  valuesOf,
  writeValues,
} from "./loraTesting.ts";
import { floatInput, NetworkBuilder } from "./network.ts";
import { readCheckpoint } from "./safetensors.ts";
import { unetGraph } from "./unet.ts";
import { unetSpecOf } from "./unetSpec.ts";
import { underPrefix, type WeightTable } from "./weightTable.ts";

const fixtures = join(__dirname, "fixtures");
const folder = mkdtempSync(join(tmpdir(), "fairlead-lora-"));
afterAll(() => rmSync(folder, { recursive: true }));

const base = readCheckpoint(join(fixtures, "sd15-tiny.safetensors"));
const prefix = "model.diffusion_model.";

function golden(name: string): Tensor {
  const tensor = readNpy(readFileSync(join(fixtures, "golden/sd15-tiny", `${name}.npy`)));
  return isFloatTensor(tensor) ? tensor : { data: Float32Array.from(tensor.data, Number), shape: tensor.shape };
}
const feeds = {
  sample: golden("unet_x"),
  timestep: golden("unet_t"),
  encoder_hidden_states: golden("unet_context"),
};

/** The network's answer with weights and biases replaced, by their keys. */
async function answerOf(changed: Readonly<Record<string, Values>>): Promise<Tensor> {
  const path = join(folder, "merged.safetensors");
  const own = [...base.tensors.keys()].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  writeValues(path, Object.fromEntries(own.map((key) => [key, changed[key] ?? valuesOf(base, prefix + key)])));
  const graph = unetGraph(underPrefix(readCheckpoint(path), ""), spec, { isEven: true, hasControl: false });
  return (await runOnce(path, graph, feeds)).out_sample;
}

/** Modules of every kind of weight, with kohya's name of each. */
const modules = {
  linear: [
    "input_blocks.1.1.transformer_blocks.0.attn2.to_q",
    "down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_q",
  ],
  wide: [
    "middle_block.1.transformer_blocks.0.ff.net.0.proj",
    "mid_block_attentions_0_transformer_blocks_0_ff_net_0_proj",
  ],
  conv: ["output_blocks.3.0.in_layers.2", "up_blocks_1_resnets_0_conv1"],
  point: ["input_blocks.2.1.proj_in", "down_blocks_0_attentions_1_proj_in"],
} as const;

type Kind = keyof typeof modules;
interface Form {
  /** Tensors of the layer by their endings. */
  readonly tensors: Readonly<Record<string, Values>>;
  /** The weight at strength 1, of the one that is there. */
  readonly merged: (weight: Values) => Values;
}

const one = (value: number): Values => ({ shape: [], data: Float64Array.of(value) });
const map = ({ shape, data }: Values, f: (value: number, i: number) => number): Values => ({
  shape,
  data: data.map(f),
});
const plus = (weight: Values, delta: Values, scale: number) => map(weight, (value, i) => value + scale * delta.data[i]);

function lora(weight: Values): Form {
  const down = drawn(1, [4, ...weight.shape.slice(1)]);
  const up = drawn(2, [weight.shape[0], 4, ...weight.shape.slice(2).map(() => 1)]);
  const tensors = { "lora_down.weight": down, "lora_up.weight": up, alpha: one(2) };
  return { tensors, merged: (w) => plus(w, times(up, down), 2 / 4) };
}

function tuckerLora({ shape: [out, into, ...kernel] }: Values): Form {
  const [down, up, mid] = [drawn(1, [3, into, 1, 1]), drawn(2, [out, 3, 1, 1]), drawn(3, [3, 3, ...kernel])];
  const flat = turned({ shape: [out, 3], data: up.data });
  const tensors = { "lora_down.weight": down, "lora_up.weight": up, "lora_mid.weight": mid, alpha: one(1) };
  return { tensors, merged: (w) => plus(w, core(flat, { ...down, shape: [3, into] }, mid), 1 / 3) };
}

/** DoRA over another form: norms per output row, or per input column over all outputs and places. */
function dora(weight: Values, axis: "rows" | "columns", name = "dora_scale"): Form {
  const { tensors, merged } = lora(weight);
  const [out, into, ...kernel] = weight.shape;
  const isRows = axis === "rows";
  const size = kernel.reduce((product, side) => product * side, 1);
  const ones = kernel.map(() => 1);
  const shape = name === "dora_scale" ? [isRows ? out : 1, isRows ? 1 : into, ...ones] : [out];
  const wanted = drawn(9, shape, 1);
  const line = (i: number) => (isRows ? Math.floor(i / (into * size)) : Math.floor(i / size) % into);
  return {
    tensors: { ...tensors, [name]: wanted },
    merged: (w) => {
      const whole = merged(w);
      const squares = new Float64Array(isRows ? out : into);
      whole.data.forEach((value, i) => {
        squares[line(i)] += value ** 2;
      });
      return map(whole, (value, i) => (value * wanted.data[line(i)]) / Math.sqrt(squares[line(i)]));
    },
  };
}

const product = (a: Values, b: Values): Values => ({ ...a, data: a.data.map((value, i) => value * b.data[i]) });

function loha(weight: Values): Form {
  const [out, columns] = [weight.shape[0], inner(weight)];
  const [w1a, w1b, w2a, w2b] = [drawn(1, [out, 3]), drawn(2, [3, columns]), drawn(3, [out, 3]), drawn(4, [3, columns])];
  const tensors = { hada_w1_a: w1a, hada_w1_b: w1b, hada_w2_a: w2a, hada_w2_b: w2b, alpha: one(2) };
  return { tensors, merged: (w) => plus(w, product(times(w1a, w1b), times(w2a, w2b)), 2 / 3) };
}

function tuckerLoha({ shape: [out, into, ...kernel] }: Values): Form {
  const half = (seed: number) => [
    drawn(seed, [3, out]),
    drawn(seed + 1, [3, into]),
    drawn(seed + 2, [3, 3, ...kernel]),
  ];
  const [[a, b, t], [c, d, u]] = [half(1), half(4)];
  const tensors = { hada_w1_a: a, hada_w1_b: b, hada_t1: t, hada_w2_a: c, hada_w2_b: d, hada_t2: u, alpha: one(1.5) };
  return { tensors, merged: (w) => plus(w, product(core(a, b, t), core(c, d, u)), 1.5 / 3) };
}

function lokr({ shape: [out, into, ...kernel] }: Values, parts: "whole" | "second" | "first" | "core"): Form {
  const [p, q] = [4, 2];
  const second = [out / p, into / q, ...kernel];
  const size = kernel.reduce((sum, side) => sum * side, 1);
  const [whole1, whole2] = [drawn(1, [p, q]), drawn(2, second)];
  const [a, b] = [drawn(3, [p, 2]), drawn(4, [2, q])];
  const [c, d] = [drawn(5, [second[0], 3]), drawn(6, [3, second[1] * size])];
  const [e, f, t] = [drawn(5, [3, second[0]]), drawn(6, [3, second[1]]), drawn(7, [3, 3, ...kernel])];
  const forms = {
    whole: [{ lokr_w1: whole1, lokr_w2: whole2 }, kron(whole1, whole2), 1],
    second: [{ lokr_w1: whole1, lokr_w2_a: c, lokr_w2_b: d }, kron(whole1, times(c, d)), 2 / 3],
    first: [{ lokr_w1_a: a, lokr_w1_b: b, lokr_w2: whole2 }, kron(times(a, b), whole2), 2 / 2],
    core: [{ lokr_w1: whole1, lokr_w2_a: e, lokr_w2_b: f, lokr_t2: t }, kron(whole1, core(e, f, t)), 2 / 3],
  } as const;
  const [tensors, delta, scale] = forms[parts];
  return { tensors: { ...tensors, alpha: one(2) }, merged: (w) => plus(w, delta, scale) };
}

function difference(weight: Values): Form {
  const diff = drawn(1, weight.shape, 0.1);
  return { tensors: { diff }, merged: (w) => plus(w, diff, 1) };
}

const forms: readonly (readonly [name: string, kinds: readonly Kind[], form: (weight: Values) => Form])[] = [
  ["LoRA and LoCon", ["linear", "wide", "conv", "point"], lora],
  ["LoCon in CP form", ["conv"], tuckerLora],
  ["DoRA by columns", ["linear", "wide", "conv", "point"], (w) => dora(w, "columns")],
  ["DoRA by rows", ["linear", "wide", "conv", "point"], (w) => dora(w, "rows")],
  ["PEFT's DoRA", ["linear", "wide", "conv"], (w) => dora(w, "rows", "lora_magnitude_vector")],
  ["LoHa", ["linear", "wide", "conv", "point"], loha],
  ["LoHa with cores", ["conv"], tuckerLoha],
  ["LoKr of two matrices", ["linear", "wide", "conv", "point"], (w) => lokr(w, "whole")],
  ["LoKr whose second is a product", ["linear", "wide", "conv"], (w) => lokr(w, "second")],
  ["LoKr whose first is a product", ["linear", "conv"], (w) => lokr(w, "first")],
  ["LoKr with a core", ["conv"], (w) => lokr(w, "core")],
  ["whole differences", ["linear", "conv"], difference],
];

/** The layer of a file as a network of its own. */
function layerGraph(weights: WeightTable, key: string, adapters: readonly Adapter[] = []): OnnxGraph {
  const b = new NetworkBuilder(weights, adapters);
  const isConv = b.shape(`${key}.weight`).length === 4;
  const out = isConv ? b.conv("x", key) : b.linear("x", key);
  return b.finish("layer", [floatInput("x", isConv ? ["n", "c", "h", "w"] : ["n", "t", "c"])], { out });
}

function loraOf(layers: readonly (readonly [name: string, form: Form])[]): Lora {
  const path = join(folder, "lora.safetensors");
  const named = layers.flatMap(([name, { tensors }]) =>
    Object.entries(tensors).map(([ending, values]) => [`lora_unet_${name}.${ending}`, values] as const),
  );
  writeValues(path, Object.fromEntries(named));
  const lora = readLora(readCheckpoint(path));
  expect([lora.layers.size, lora.strays]).toEqual([layers.length, []]);
  return lora;
}

const weights = underPrefix(base, prefix);
const spec = unetSpecOf(weights, { count: 8 })!;
const adapterOf = (lora: Lora): Adapter => ({
  lora,
  strength: "strength",
  find: networkLayers(lora, { kind: "unet", weights, spec }),
});
const scalar = (value: number) => ({ data: Float32Array.of(value), shape: [] });
const weightOf = (key: string) => valuesOf(base, `${prefix}${key}.weight`);

/** W + s · (W' − W) of a form. */
function atStrength(key: string, form: Form, strength: number): Values {
  const weight = weightOf(key);
  const { data } = form.merged(weight);
  return map(weight, (w, i) => w + strength * (data[i] - w));
}

test.each(forms.flatMap(([name, kinds, form]) => kinds.map((kind) => [name, kind, form] as const)))(
  "%s on a layer (%s) works as the merged weight, at every strength",
  async (_, kind, make) => {
    const [key, name] = modules[kind];
    const form = make(weightOf(key));
    const { shape } = weightOf(key);
    const into = shape[1];
    const { data } = drawn(11, shape.length === 4 ? [2, into, 5, 6] : [2, 7, into]);
    const x = { data: Float32Array.from(data), shape: shape.length === 4 ? [2, into, 5, 6] : [2, 7, into] };
    const graph = layerGraph(weights, key, [adapterOf(loraOf([[name, form]]))]);
    const path = join(folder, "layer.safetensors");
    const bias = weights.get(`${key}.bias`) ? { [`${key}.bias`]: valuesOf(base, `${prefix}${key}.bias`) } : {};
    for (const strength of [0, 1, -0.5]) {
      writeValues(path, { [`${key}.weight`]: atStrength(key, form, strength), ...bias });
      const { out: wanted } = await runOnce(path, layerGraph(underPrefix(readCheckpoint(path), ""), key), { x });
      const { out } = await runOnce(base.path, graph, { x, strength: scalar(strength) });
      expect(distance(out.data, wanted.data)).toBeLessThan(2e-6);
    }
  },
);

test("a network with layers of many forms works as the one with merged weights", async () => {
  const at = (n: number) => `output_blocks.${n}.1.transformer_blocks.0`;
  const named = (n: number) => `up_blocks_${Math.floor(n / 3)}_attentions_${n % 3}_transformer_blocks_0`;
  const linear = forms.filter(([, kinds]) => kinds.includes("linear")).map(([, , form], i) => [i + 3, form] as const);
  const layers = linear.map(([n, make]) => {
    const key = `${at(n)}.attn1.to_q`;
    return { key, name: `${named(n)}_attn1_to_q`, form: make(weightOf(key)) };
  });
  const lora = loraOf(layers.map(({ name, form }) => [name, form]));
  const graph = unetGraph(weights, spec, { isEven: true, hasControl: false, adapters: [adapterOf(lora)] });
  const session = await openGraph(base.path, encodeModel(graph), { provider: "cpu", threads: 1 });
  for (const strength of [0, 1, -0.5]) {
    const changed = layers.map(({ key, form }) => [`${key}.weight`, atStrength(key, form, strength)] as const);
    const wanted = strength === 0 ? golden("unet_out") : await answerOf(Object.fromEntries(changed));
    const { out_sample: got } = await session.run({ ...feeds, strength: scalar(strength) });
    expect(distance(got.data as Float32Array, wanted.data)).toBeLessThan(2e-5);
    expect(distance(golden("unet_out").data, wanted.data) > 1e-3).toBe(strength !== 0);
  }
  await session.release();
});

test("biases, norms and alphas of the metadata count too", async () => {
  const key = "input_blocks.1.1.transformer_blocks.0.attn1.to_out.0";
  const name = "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_out.0";
  const [a, b, bias, other] = [drawn(1, [2, 32]), drawn(2, [32, 2]), drawn(3, [32]), drawn(4, [32])];
  const path = join(folder, "peft.safetensors");
  const config = { "unet.r": 2, "unet.lora_alpha": 6, "unet.alpha_pattern": {} };
  const tensors = { [`${name}.lora_A.weight`]: a, [`${name}.lora_B.weight`]: b, [`${name}.lora_B.bias`]: bias };
  const norm = { [`${name.replace(/attn1.*/, "norm1")}.w_norm`]: other };
  writeValues(path, { ...tensors, ...norm, "a.b.c": one(1) }, { lora_adapter_metadata: JSON.stringify(config) });
  const lora = readLora(readCheckpoint(path));
  expect(lora.strays).toEqual(["a.b.c"]);
  const merged = plus(weightOf(key), times(b, a), 3);
  const moved = plus(valuesOf(base, `${prefix}${key}.bias`), bias, 3);
  const x = { data: Float32Array.from(drawn(5, [1, 4, 32]).data), shape: [1, 4, 32] };
  const found = adapterOf(lora).find(key);
  expect(found).toMatchObject([{ layer: { biasScale: 3, change: { scale: 3 } } }]);
  const plain = join(folder, "plain.safetensors");
  writeValues(plain, { [`${key}.weight`]: merged, [`${key}.bias`]: moved });
  const wanted = await runOnce(plain, layerGraph(underPrefix(readCheckpoint(plain), ""), key), { x });
  const got = await runOnce(base.path, layerGraph(weights, key, [adapterOf(lora)]), { x, strength: scalar(1) });
  expect(distance(got.out.data, wanted.out.data)).toBeLessThan(2e-6);
  expect(adapterOf(lora).find(key.replace(/attn1.*/, "norm1"))).toHaveLength(1);
});

test("a file with a matrix missing or of another shape is refused in a sentence", () => {
  const path = join(folder, "bad.safetensors");
  const refuse = (tensors: Readonly<Record<string, Values>>, wanted: RegExp) => {
    writeValues(path, tensors);
    expect(() => readLora(readCheckpoint(path))).toThrow(wanted);
  };
  refuse({ "x.lora_down.weight": drawn(1, [2, 8]) }, /bad.safetensors: there is only one of the two matrices of “x”/);
  refuse({ "x.hada_w1_a": drawn(1, [8, 2]), "x.hada_w1_b": drawn(1, [2, 8]) }, /one of “x”/);
  refuse({ "x.lokr_w1": drawn(1, [8, 2]), "x.lokr_w2_a": drawn(1, [2, 8]) }, /one of “x”/);
  refuse({ "x.lora_A.weight": drawn(1, [2, 8]), "x.lora_B.weight": drawn(1, [8, 3]) }, /do not fit each other/);
  refuse({ "x.oft_blocks": drawn(1, [2, 8]) }, /no low-rank layers/);
});
