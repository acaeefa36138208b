import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param, seedMode } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { philoxNormal } from "../../shared/random/philox.ts";
import { takeRows } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { cleanScore, refuseReward, type Wanted } from "../lib/rewardGradient.ts";

const wanted: Wanted = { noiseAware: false, gradient: false };

export const node = defineNode({
  type: "reward/importance",
  version: 1,
  title: "Importance resampling",
  summary: "Draws from a batch so that high rewards come as often as the tilt wants.",
  keywords: ["particles", "tilt", "weights", "effective sample size", "ess", "systematic resampling", "select"],
  doc: doc`
    Scores every sample of a batch and draws new ones from it, each as often as its weight says:

    $$w_i \propto e^{\beta R(x_i)}, \qquad \mathrm{ESS} = \frac{(\sum_i w_i)^2}{\sum_i w_i^2}$$

    With a large batch the result is distributed as $p(x)\,e^{\beta R(x)}$: exactly what guidance by a reward aims at, by
    choosing alone, so no picture leaves what the model makes, and any reward will do, also without a gradient. Good
    samples appear several times. "Best of batch" in contrast keeps the very best and has no temperature.

    The metric \`ess\` tells how many samples count: below a tenth of the batch, lower **strength** or make more. Strength 0
    draws evenly. Rewards of images see the samples through **model**'s decoder.

    **Costs** one scoring of the batch, no evaluation. **Try** four samples for each that is kept.
  `,
  cites: [
    {
      id: "doi:10.1007/978-1-4757-3437-9",
      by: "Doucet, de Freitas and Gordon, 2001",
      title: "Sequential Monte Carlo Methods in Practice",
    },
  ],
  status: "stable",
  inputs: {
    reward: port.reward("what to judge by"),
    latent: port.latent("a batch to draw from"),
    model: port.model("whose decoder shows images to the reward", { optional: true }),
  },
  params: {
    strength: param.number({
      default: 1,
      min: 0,
      max: 1e5,
      slider: [0, 10],
      about: "Inverse temperature; 0 = even.",
    }),
    count: param.integer({ default: 0, min: 0, max: 4096, about: "Samples to draw; 0 = as many as there are." }),
    seed: param.seed({ default: 0, mode: "seedMode", onCard: false, about: "Which of the equally good draws." }),
    seedMode: seedMode(),
  },
  outputs: {
    latent: port.latent("the drawn samples, in their order"),
    number: port.number("their rewards"),
    weights: port.tensor("weight of every sample of the batch, [B]; they add up to 1"),
  },
  forecast: ({ reward, latent, model }, { count }, { problem }) => {
    const message = refuseReward(reward, model, wanted);
    if (message) problem({ port: "reward", severity: "error", message });
    if (!latent) return {};
    const [batch, ...rest] = latent.shape;
    return { latent: { shape: [count === 0 ? batch : count, ...rest] }, weights: { shape: [batch] } };
  },
  run: async ({ reward, latent, model }, { strength, count, seed }, context) => {
    const values = await cleanScore(reward, model, wanted)(latent);
    const weights = weightsOf(values, strength);
    context.metric("ess", 1 / weights.reduce((sum, weight) => sum + weight * weight, 0));
    const rows = systematic(weights, count === 0 ? latent.shape[0] : count, uniform(seed));
    return {
      latent: takeRows(latent, rows),
      number: takeRows(values, rows),
      weights: { data: weights, shape: values.shape },
    };
  },
});

/** Softmax of strength · value over the batch, in double precision. */
function weightsOf({ data }: Tensor, strength: number): Float64Array {
  const top = Math.max(...data);
  const weights = Float64Array.from(data, (value) => Math.exp(strength * (value - top)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** Rows drawn at equal distances of the cumulated weights: each row within one of its share. */
function systematic(data: Float64Array, count: number, offset: number): number[] {
  const rows: number[] = [];
  let cumulated = data[0];
  let row = 0;
  for (let k = 0; k < count; k++) {
    while ((k + offset) / count > cumulated && row < data.length - 1) cumulated += data[++row];
    rows.push(row);
  }
  return rows;
}

/** A number in 0..1 that depends on the seed: the angle of two normal numbers. */
function uniform(seed: bigint): number {
  const [x, y] = philoxNormal(seed, 0, 2);
  return Math.atan2(y, x) / (2 * Math.PI) + 0.5;
}
