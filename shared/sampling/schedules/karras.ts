import { linspace, range, type Schedule } from "./schedule.ts";

const rho = 7;

/** Even steps in sigma^(1/7): arXiv:2206.00364, eq. 5. In flow models, of the flow time. */
export const karras: Schedule = {
  id: "karras",
  title: "karras",
  summary: "Many steps at low noise, where detail is made.",
  sigmas: (model, steps) => {
    const { low, high, toSigma } = range(model);
    const roots = linspace(high ** (1 / rho), low ** (1 / rho), steps);
    return [...roots.map((root) => toSigma(root ** rho)), 0];
  },
};

/** Even steps in log sigma. In flow models, of the flow time. */
export const exponential: Schedule = {
  id: "exponential",
  title: "exponential",
  summary: "Even steps in log sigma; even more at low noise.",
  sigmas: (model, steps) => {
    const { low, high, toSigma } = range(model);
    return [...linspace(Math.log(high), Math.log(low), steps).map((level) => toSigma(Math.exp(level))), 0];
  },
};

/** Even steps in arctan sigma: Align Your Steps (arXiv:2404.14507), the closed form for a Gaussian (ComfyUI's kl_optimal). */
export const klOptimal: Schedule = {
  id: "kl_optimal",
  title: "kl_optimal",
  summary: "Even steps in arctan sigma, optimal for Gaussian data.",
  sigmas: (model, steps) => {
    const { low, high, toSigma } = range(model);
    return [...linspace(Math.atan(high), Math.atan(low), steps).map((angle) => toSigma(Math.tan(angle))), 0];
  },
};
