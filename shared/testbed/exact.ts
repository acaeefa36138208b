import { cast } from "../tensor/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { addScore } from "./density.ts";
import type { Mixture } from "./mixture.ts";
import { Posterior } from "./posterior.ts";

/** Writes the slope of the log density at one sample [d] and level into `into`: (D(x, sigma) − x) / sigma². */
export type Field = (x: Float64Array, sigma: number, into: Float64Array) => void;

/** The exact slope of a mixture's log density under weights [K]. Nothing is divided by sigma, so that 0 is fine. */
export function mixtureField(mixture: Mixture, weights: Float64Array): Field {
  const posterior = new Posterior(mixture, 1);
  return (x, sigma, into) => {
    posterior.at(sigma);
    posterior.look(x, 0, weights, 0);
    into.fill(0);
    addScore(posterior, x, 0, into);
  };
}

/** Extrapolation from the weak field through the strong one, as guidance does with denoisers. */
export function guidedField(strong: Field, weak: Field, scale: number): Field {
  let other = new Float64Array(0);
  return (x, sigma, into) => {
    if (other.length !== x.length) other = new Float64Array(x.length);
    weak(x, sigma, other);
    strong(x, sigma, into);
    for (let i = 0; i < into.length; i++) into[i] = other[i] + scale * (into[i] - other[i]);
  };
}

interface Walk {
  readonly field: Field;
  readonly from: number;
  /** Below `from`; 0 is allowed. */
  readonly to: number;
  /** Error of one step, absolute and relative. */
  readonly tolerance?: number;
}

/**
 * Where the probability flow dx/dsigma = (x − D(x, sigma)) / sigma = −sigma · slope takes points x [N, …] (float64): Dormand and Prince's
 * pair of orders 5 and 4 with a step size of its own for each point.
 */
export function exactFlow(x: Tensor, { field, from, to, tolerance = 1e-10 }: Walk): Tensor {
  const data = Float64Array.from(cast(x, "float64").data);
  const size = data.length / x.shape[0];
  const solver = new DormandPrince(field, size, tolerance);
  for (let start = 0; start < data.length; start += size) {
    solver.walk(data.subarray(start, start + size), Math.asinh(from / bend), Math.asinh(to / bend));
  }
  return { data, shape: x.shape };
}

/** Time is asinh(sigma / bend): logarithmic above the bend and even below, down to 0. */
const bend = 0.1;

/** Rows of the tableau (Dormand and Prince, 1980), the last being the solution of order 5. */
const rows = [
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
];
const times = [1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1];
/** Solution of order 5 minus that of order 4. */
const errors = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40];

class DormandPrince {
  readonly #field: Field;
  readonly #tolerance: number;
  readonly #slopes: readonly Float64Array[];
  readonly #stage: Float64Array;

  constructor(field: Field, size: number, tolerance: number) {
    this.#field = field;
    this.#tolerance = tolerance;
    this.#slopes = Array.from({ length: 7 }, () => new Float64Array(size));
    this.#stage = new Float64Array(size);
  }

  /** Moves x from one time to an earlier one. */
  walk(x: Float64Array, from: number, to: number): void {
    let time = from;
    let step = (to - from) / 50;
    this.#slope(x, time, this.#slopes[0]);
    while (time > to) {
      step = Math.max(step, to - time);
      const error = this.#try(x, time, step);
      if (error <= 1) {
        // A step that reaches the end ends there exactly, whatever the sum rounds to.
        time = step === to - time ? to : time + step;
        x.set(this.#stage);
        this.#slopes[0].set(this.#slopes[6]);
      }
      step *= Math.min(5, Math.max(0.2, 0.9 * error ** -0.2));
    }
  }

  /** Leaves x after the step in `#stage` and its slope in the last of `#slopes`; gives the error over the tolerance. */
  #try(x: Float64Array, time: number, step: number): number {
    const [slopes, stage] = [this.#slopes, this.#stage];
    for (const [row, factors] of rows.entries()) {
      for (let i = 0; i < x.length; i++) {
        let sum = 0;
        for (let s = 0; s < factors.length; s++) sum += factors[s] * slopes[s][i];
        stage[i] = x[i] + step * sum;
      }
      this.#slope(stage, time + times[row] * step, slopes[row + 1]);
    }
    let worst = 1e-10;
    for (let i = 0; i < x.length; i++) {
      let error = 0;
      for (let s = 0; s < 7; s++) error += errors[s] * slopes[s][i];
      worst = Math.max(worst, Math.abs(step * error) / (this.#tolerance * (1 + Math.abs(stage[i]))));
    }
    return worst;
  }

  /** dx/dtime = −sigma · slope of the log density · dsigma/dtime. */
  #slope(x: Float64Array, time: number, into: Float64Array): void {
    const sigma = bend * Math.sinh(time);
    this.#field(x, sigma, into);
    const factor = -sigma * bend * Math.cosh(time);
    for (let i = 0; i < x.length; i++) into[i] *= factor;
  }
}
