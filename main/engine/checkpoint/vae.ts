import type { OnnxGraph } from "../onnx/document.ts";
import { floatInput, NetworkBuilder } from "./network.ts";
import type { WeightTable } from "./weightTable.ts";

const epsilon = 1e-6;

function residual(b: NetworkBuilder, x: string, key: string): string {
  const first = b.conv(b.silu(b.groupNorm(x, `${key}.norm1`, epsilon)), `${key}.conv1`);
  const second = b.conv(b.silu(b.groupNorm(first, `${key}.norm2`, epsilon)), `${key}.conv2`);
  const skip = b.has(`${key}.nin_shortcut.weight`) ? b.conv(x, `${key}.nin_shortcut`) : x;
  return b.op("Add", [skip, second]);
}

/** One head over all pixels; its matrices are 1 × 1 convolutions. */
function attention(b: NetworkBuilder, x: string, key: string): string {
  const width = b.shape(`${key}.norm.weight`)[0];
  const normed = b.groupNorm(x, `${key}.norm`, epsilon);
  const flat = (part: string) => b.op("Reshape", [b.conv(normed, `${key}.${part}`), b.ints([0, 0, -1])]);
  const turned = (value: string) => b.op("Transpose", [value], { perm: [0, 2, 1] });
  const scores = b.op("Mul", [b.op("MatMul", [turned(flat("q")), flat("k")]), b.scalar(width ** -0.5)]);
  const mixed = b.op("MatMul", [b.op("Softmax", [scores], { axis: -1 }), turned(flat("v"))]);
  const map = b.op("Reshape", [turned(mixed), b.op("Shape", [x])]);
  return b.op("Add", [x, b.conv(map, `${key}.proj_out`)]);
}

function middle(b: NetworkBuilder, x: string, side: string): string {
  const first = residual(b, x, `${side}.mid.block_1`);
  return residual(b, attention(b, first, `${side}.mid.attn_1`), `${side}.mid.block_2`);
}

const output = (b: NetworkBuilder, x: string, side: string) =>
  b.conv(b.silu(b.groupNorm(x, `${side}.norm_out`, epsilon)), `${side}.conv_out`);

function countOf(b: NetworkBuilder, key: (n: number) => string): number {
  let count = 0;
  while (b.has(key(count))) count++;
  return count;
}

/** The graph of a VAE's decoder (LDM names): `latent_sample` [N, z, h, w], unscaled, to `sample` [N, 3, 8h, 8w] in −1..1. */
export function vaeDecoderGraph(weights: WeightTable): OnnxGraph {
  const b = new NetworkBuilder(weights);
  const channels = b.shape("decoder.conv_in.weight")[1];
  const latent = b.has("post_quant_conv.weight") ? b.conv("latent_sample", "post_quant_conv") : "latent_sample";
  let h = middle(b, b.conv(latent, "decoder.conv_in"), "decoder");
  const levels = countOf(b, (n) => `decoder.up.${n}.block.0.norm1.weight`);
  for (let level = levels - 1; level >= 0; level--) {
    const key = `decoder.up.${level}`;
    const blocks = countOf(b, (n) => `${key}.block.${n}.norm1.weight`);
    for (let n = 0; n < blocks; n++) h = residual(b, h, `${key}.block.${n}`);
    if (b.has(`${key}.upsample.conv.weight`)) {
      const scales = b.graph.floats([1, 1, 2, 2], [4], "float32");
      const mode = { mode: "nearest", coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" };
      h = b.conv(b.op("Resize", [h, "", scales], mode), `${key}.upsample.conv`);
    }
  }
  return b.finish("vae_decoder", [floatInput("latent_sample", ["batch", channels, "height", "width"])], {
    sample: output(b, h, "decoder"),
  });
}

/** The graph of a VAE's encoder: `sample` [N, 3, H, W] in −1..1 to `latent_parameters` [N, 2z, H/8, W/8], mean and log variance. */
export function vaeEncoderGraph(weights: WeightTable): OnnxGraph {
  const b = new NetworkBuilder(weights);
  let h = b.conv("sample", "encoder.conv_in");
  const levels = countOf(b, (n) => `encoder.down.${n}.block.0.norm1.weight`);
  for (let level = 0; level < levels; level++) {
    const key = `encoder.down.${level}`;
    const blocks = countOf(b, (n) => `${key}.block.${n}.norm1.weight`);
    for (let n = 0; n < blocks; n++) h = residual(b, h, `${key}.block.${n}`);
    if (b.has(`${key}.downsample.conv.weight`)) {
      // Zeros at the right and below only, as the original pads.
      const padded = b.op("Pad", [h, b.ints([0, 0, 0, 0, 0, 0, 1, 1]), b.scalar(0)], { mode: "constant" });
      h = b.conv(padded, `${key}.downsample.conv`, { stride: 2, pads: [0, 0, 0, 0] });
    }
  }
  const out = output(b, middle(b, h, "encoder"), "encoder");
  const parameters = b.has("quant_conv.weight") ? b.conv(out, "quant_conv") : out;
  return b.finish("vae_encoder", [floatInput("sample", ["batch", 3, "height", "width"])], {
    latent_parameters: parameters,
  });
}
