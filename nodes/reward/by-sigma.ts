import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import type { RewardTraits } from "../../shared/reward.ts";
import { forecastJoint, jointTraits, mixedRewards } from "../lib/rewards.ts";

export const node = defineNode({
  type: "reward/by-sigma",
  version: 1,
  title: "Rewards by noise level",
  summary: "Makes one noise-aware reward of several, each for its range of noise levels.",
  keywords: ["experts", "ppap", "noise-aware", "range", "switch", "classifier guidance"],
  doc: doc`
    The noise level chooses the reward: the first below the first **border**, the second from there to the next, the last
    above all of them.

    $$R(x, \sigma) = R_k(x, \sigma),\qquad b_{k-1} \le \sigma < b_k$$

    Small networks, each trained on one range of noise, are better and cheaper than one for all. A reward that takes
    clean samples is given the noisy one as it is: fit for the lowest range alone, unless it was trained on noise.
  `,
  cites: [
    {
      id: "arXiv:2212.05973",
      by: "Go and others, 2022",
      title: "Towards Practical Plug-and-Play Diffusion Models",
    },
  ],
  status: "stable",
  inputs: { rewards: port.reward("one for each range, from low noise to high", { many: true }) },
  params: {
    borders: param.numbers({ default: [1], about: "Noise levels between the ranges, rising; one fewer than rewards." }),
  },
  outputs: { reward: port.reward("one reward for all noise levels") },
  forecast: ({ rewards }, { borders }, { problem }) => {
    const message = refused(rewards.length, borders);
    if (message) problem({ port: "borders", severity: "error", message });
    const { reward } = forecastJoint(rewards, "rewards", problem);
    return reward ? { reward: aware(reward) } : {};
  },
  build: ({ rewards }, { borders }) => {
    const message = refused(rewards.length, borders);
    const traits = jointTraits(rewards);
    if (message || !traits) throw new Error(message ?? mixedRewards);
    return {
      reward: {
        ...aware(traits),
        value: (x, sigma = 0) => {
          const chosen = rewards[borders.filter((border) => border <= sigma).length];
          return chosen.noiseAware ? chosen.value(x, sigma) : chosen.value(x);
        },
      },
    };
  },
});

function aware(traits: RewardTraits): RewardTraits {
  return { ...traits, noiseAware: true };
}

function refused(count: number, borders: readonly number[]): string | null {
  if (borders.some((border, i) => i > 0 && border <= borders[i - 1]))
    return "Borders must rise from low noise to high.";
  if (count === 0 || borders.length === count - 1) return null;
  return `There are ${count} rewards and ${borders.length} borders. Give one border fewer than rewards.`;
}
