import {
  abs,
  add,
  clamp,
  div,
  full,
  mean,
  mulSample,
  quantile,
  reshape,
  shift,
  std,
  sub,
} from "../../shared/tensor/index.ts";
import { dtypeOf, sizeOf, type Tensor } from "../../shared/tensor/tensor.ts";

export interface MimicOptions {
  readonly measure: "peak" | "deviation";
  /** Of the target's sizes, 0..1: its peak. */
  readonly quantile: number;
  readonly around: "mean" | "zero";
  readonly perChannel: boolean;
}

/** Two ranges of nothing have the ratio 1. */
const tiny = 1e-30;

/**
 * A prediction [B, C, …] brought to the range of another of the same shape. Ranges are measured without the mean of each
 * channel, for each channel or for the sample.
 */
export function mimicked(target: Tensor, example: Tensor, options: MimicOptions): Tensor {
  const [batch, channels] = target.shape;
  const rows = [batch * channels, sizeOf(target.shape.slice(2))];
  const groups = options.perChannel ? rows : [batch, channels * rows[1]];
  const means = meansOf(reshape(target, rows));
  const centred = reshape(sub(reshape(target, rows), means), groups);
  const model = reshape(example, rows);
  const [wanted, own] = ranges(reshape(sub(model, meansOf(model)), groups), centred, options);
  const ratio = div(shift(wanted, tiny), shift(own, tiny));
  if (options.around === "zero") return reshape(mulSample(reshape(target, groups), ratio), target.shape);
  const changed =
    options.measure === "deviation" ? mulSample(centred, ratio) : renormalized(centred, wanted, larger(wanted, own));
  return reshape(add(reshape(changed, rows), means), target.shape);
}

function ranges(
  example: Tensor,
  target: Tensor,
  { measure, quantile: share }: MimicOptions,
): readonly [Tensor, Tensor] {
  if (measure === "deviation") return [std(example), std(target)];
  return [quantile(abs(example), 1), quantile(abs(target), share)];
}

/** Mean of each row of [N, M], in all its places. */
function meansOf(x: Tensor): Tensor {
  return mulSample(full(x.shape, 1, dtypeOf(x)), mean(x));
}

/** Cut to ±limit, then shrunk so that the limit becomes `wanted`; both are one for each row. */
function renormalized(x: Tensor, wanted: Tensor, limit: Tensor): Tensor {
  const ones = full(limit.shape, 1, dtypeOf(limit));
  const unit = mulSample(x, div(ones, clamp(limit, tiny, Number.POSITIVE_INFINITY)));
  return mulSample(clamp(unit, -1, 1), wanted);
}

function larger(a: Tensor, b: Tensor): Tensor {
  return add(a, clamp(sub(b, a), 0, Number.POSITIVE_INFINITY));
}
