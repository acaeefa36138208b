import { param } from "../../shared/node/params.ts";
import { addScaled, combine, div, scale, shift, sqrt, square } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";

/** Ways to climb a gradient. */
export type OptimiserKind = "descent" | "momentum" | "nesterov" | "adam";

/** The next step upwards for a gradient; remembers earlier ones. `rate` may change from step to step. */
export type Optimiser = (gradient: Tensor, rate: number) => Tensor;

/** Decay of Adam's mean of squares, and what keeps its division from 0 (arXiv:1412.6980, section 2). */
const adamDecay = 0.999;
const adamEpsilon = 1e-8;

/** A new optimiser. `momentum` in 0..1 is the share kept of earlier steps; plain descent has none. */
export function createOptimiser(kind: OptimiserKind, momentum: number): Optimiser {
  if (kind === "descent") return (gradient, rate) => scale(gradient, rate);
  return kind === "adam" ? adam(momentum) : heavyBall(momentum, kind === "nesterov");
}

function heavyBall(momentum: number, looksAhead: boolean): Optimiser {
  let velocity: Tensor | undefined;
  return (gradient, rate) => {
    velocity = velocity ? combine(velocity, momentum, gradient, 1) : gradient;
    return scale(looksAhead ? addScaled(gradient, velocity, momentum) : velocity, rate);
  };
}

function adam(momentum: number): Optimiser {
  let count = 0;
  let mean: Tensor | undefined;
  let squares: Tensor | undefined;
  return (gradient, rate) => {
    count += 1;
    mean = mean ? combine(mean, momentum, gradient, 1 - momentum) : scale(gradient, 1 - momentum);
    const own = square(gradient);
    squares = squares ? combine(squares, adamDecay, own, 1 - adamDecay) : scale(own, 1 - adamDecay);
    const deviation = shift(sqrt(scale(squares, 1 / (1 - adamDecay ** count))), adamEpsilon);
    return scale(div(mean, deviation), rate / (1 - momentum ** count));
  };
}

/** Parameter that chooses an optimiser. */
export function optimiserParam<const K extends OptimiserKind>(standard: K) {
  return param.select({
    default: standard,
    onCard: false,
    about: "How to climb.",
    options: [
      { value: "descent", label: "Gradient descent", about: "Steps in proportion to the gradient." },
      { value: "momentum", label: "Momentum", about: "Keeps going the way it went." },
      { value: "nesterov", label: "Nesterov", about: "Momentum that looks ahead." },
      {
        value: "adam",
        label: "Adam",
        about: "Steps of about the rate in every element, whatever the gradient's size.",
        cites: [
          { id: "arXiv:1412.6980", by: "Kingma and Ba, 2014", title: "Adam: A Method for Stochastic Optimization" },
        ],
      },
    ],
  });
}

/** Parameter for the share kept of earlier steps. */
export const momentumParam = param.number({
  default: 0.9,
  min: 0,
  max: 0.999,
  step: 0.01,
  onCard: false,
  about: "Share kept of earlier steps.",
  visibleIf: { param: "optimiser", is: ["momentum", "nesterov", "adam"] },
});
