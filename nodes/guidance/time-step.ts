import type { Call, Denoiser } from "../../shared/denoiser.ts";
import type { NoiseSchedule } from "../../shared/model.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { timestepOf } from "../../shared/sampling/timesteps.ts";
import { extrapolate, zeros } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { keptDraw } from "../lib/keptDraw.ts";

export const node = defineNode({
  type: "guidance/time-step",
  version: 1,
  title: "Time-step guidance",
  summary: "Leads away from what the same network predicts when told a wrong noise level.",
  keywords: ["tsg", "timestep", "perturbed", "unconditional", "self guidance"],
  doc: doc`
    The weak side is the same network with a disturbed timestep: it sees the picture at one noise level and is told
    another. Leading away from that sharpens pictures without a prompt, also for models that know no empty prompt.

    $$\hat D = D(x, \tilde t) + w\,\big(D(x, t) - D(x, \tilde t)\big), \qquad
    \tilde t = t + t\,s\left(\tfrac{t}{T}\right)^{a} n$$

    **Amount** is $s$, **power** $a$ (0 = the same share at every level). $n$ is a normal draw of the node's own, one for
    the whole batch in each step, or +1 or −1 where **direction** says so. The paper disturbs the embedding of the
    timestep; here the timestep itself is moved, which needs no change of the network, so its numbers are a guide only.

    A draw in each step makes a deterministic sampler random: take \`run\` with samplers of several stages or a memory.
    Too large an amount ruins pictures; variety falls. **Costs** two evaluations. **Try** an amount of 0.1 to 0.5 with
    scale 2 to 5, and a curve or an interval that leaves out the ends of the walk. In a chain it comes first, since it
    makes a weak side of its own.
  `,
  cites: [
    {
      id: "arXiv:2407.02687",
      by: "Sadat and others, 2024",
      title: "No Training, No Problem: Rethinking Classifier-Free Guidance for Diffusion Models",
    },
  ],
  status: "stable",
  inputs: { denoiser: port.denoiser("prediction to strengthen") },
  params: {
    scale: param.curve({
      default: 3,
      slider: [0, 8],
      safe: [1.5, 5],
      min: -100,
      max: 1000,
      about: "Weight of the difference; 1 = off.",
    }),
    amount: param.curve({
      default: 0.2,
      slider: [0, 2],
      safe: [0.05, 0.5],
      min: 0,
      max: 10,
      step: 0.01,
      about: "Spread of the shift as a share of the timestep; 0 = off.",
    }),
    power: param.number({ default: 0, min: -4, max: 4, onCard: false, about: "Power of t / T on the amount." }),
    direction: param.select({
      default: "random",
      about: "Where the timestep is moved.",
      options: [
        { value: "random", about: "By a normal draw, either way." },
        { value: "noisier", about: "Always to more noise, by the amount." },
        { value: "cleaner", about: "Always to less noise, by the amount." },
      ],
    }),
    every: param.select({
      default: "step",
      onCard: false,
      about: "How long a draw is kept.",
      options: [{ value: "step" }, { value: "run", label: "whole run" }],
      visibleIf: { param: "direction", is: ["random"] },
    }),
  },
  place: "sum",
  outputs: { denoiser: port.denoiser("guided prediction") },
  evaluations: ({ scale, amount }, at) => {
    const { isStrongAsked, isWeakAsked } = branches(scale(at), amount(at));
    return {
      denoiser: [...(isStrongAsked ? [{ variant: "" }] : []), ...(isWeakAsked ? [{ variant: "shifted" }] : [])],
    };
  },
  build: ({ denoiser }, { scale, amount, power, direction, every }) => {
    const drawn = keptDraw<Tensor>(every);
    const away = (call: Call) => {
      if (direction === "random") return drawn(call, () => call.noise(zeros([1, 1], "float64"))).data[0];
      return direction === "noisier" ? 1 : -1;
    };
    return {
      denoiser: async (x, sigma, call) => {
        const w = scale(call);
        const { isStrongAsked, isWeakAsked } = branches(w, amount(call));
        if (!isWeakAsked) return denoiser(x, sigma, call);
        const schedule = scheduleOf(denoiser);
        const shift = shiftOf(schedule, sigma, amount(call), power) * away(call);
        const told = within(schedule, sigma, shift + (call.switches.timestepShift ?? 0));
        const weak = denoiser(x, sigma, { ...call, switches: { ...call.switches, timestepShift: told } });
        if (!isStrongAsked) return weak;
        const [s, u] = await Promise.all([denoiser(x, sigma, call), weak]);
        return extrapolate(u, s, w);
      },
    };
  },
});

function branches(w: number, amount: number) {
  const isWeakAsked = w !== 1 && amount !== 0;
  return { isStrongAsked: !isWeakAsked || w !== 0, isWeakAsked };
}

function scheduleOf(denoiser: Denoiser): NoiseSchedule {
  if (denoiser.model) return denoiser.model.info.schedule;
  throw new Error("This denoiser has no model whose timesteps could be moved. Connect one that comes from a model.");
}

/** How far one unit of the draw moves the timestep, in the network's own units. */
function shiftOf(schedule: NoiseSchedule, sigma: number, amount: number, power: number): number {
  const timestep = timestepOf(schedule, sigma);
  return timestep * amount * (timestep / schedule.trainSteps) ** power;
}

/** The shift cut so that the network is told a timestep that exists. */
function within(schedule: NoiseSchedule, sigma: number, shift: number): number {
  const timestep = timestepOf(schedule, sigma);
  const last = schedule.kind === "flow" ? schedule.trainSteps : schedule.trainSteps - 1;
  return Math.min(last, Math.max(0, timestep + shift)) - timestep;
}
