import type { Call } from "../../shared/denoiser.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { add, addScaled, cast, repeatRows, scale as scaled, zeros } from "../../shared/tensor/index.ts";
import { dtypeOf, type Tensor } from "../../shared/tensor/tensor.ts";
import { type Branch, branchesOf, framesSeen, scaledFrames, withHistory } from "../lib/historyBranches.ts";
import { keptDraw } from "../lib/keptDraw.ts";

export const node = defineNode({
  type: "guidance/history",
  version: 1,
  title: "History guidance",
  summary: "Guides a sequence by the frames that are known, against not knowing them.",
  keywords: ["video", "diffusion forcing", "dfot", "frames", "autoregressive", "sequence", "hg-v", "hg-f"],
  doc: doc`
    For models of sequences that take a noise level for each frame: known frames have a low level, and a frame at full
    noise is one that the model may not see. So “with” and “without history” are one network, and guidance leads from one
    to the other.

    $$\hat D = D(\varnothing) + \sum_i w_i\,\big[D(H_i) - D(R_i)\big]$$

    * \`whole\`: one term, all of the history against none: $(1 - w)\,D(\varnothing) + w\,D(H)$.
    * \`parts\`: one term for each of **lengths**, the latest so many frames against none, with **weights** of their own.
    * \`fractional\`: $D(H) + (w - 1)\,[D(H^k) - D(\varnothing)]$, where $H^k$ is the history at the **fraction** $k$ of
      the noise (0 clean, 1 none; as flow time, $\sigma = k / (1 - k)$). What changes fast is lost in it, so slow things
      are guided and motion is not frozen.

    The history are the first frames of the sequence, along the second axis of the latent; the result keeps them as given.
    **Stabilise** shows them with a little noise, which forgives frames that were generated themselves. Noise of hidden
    frames is drawn anew in each step. Networks that know only one level for all frames ignore the levels and give
    nonsense.

    **Costs** 2 evaluations (whole), 3 (fractional), or one more than there are lengths; equal ones are made once.
    **Try** a scale of 1.5; from 3 on videos stand still, unless fractional. In a chain it comes first.
  `,
  cites: [{ id: "arXiv:2502.06764", by: "Song and others, 2025", title: "History-Guided Video Diffusion" }],
  status: "stable",
  inputs: {
    denoiser: port.denoiser("prediction of a sequence with a level for each frame"),
    history: port.latent("frames that are known, [1 or B, frames, …]"),
  },
  params: {
    scale: param.curve({
      default: 1.5,
      slider: [0, 6],
      safe: [1, 3],
      min: -100,
      max: 1000,
      about: "Weight of the history; 1 = the conditional model, 0 = no history.",
    }),
    mode: param.select({
      default: "whole",
      about: "What is compared.",
      options: [
        { value: "whole", about: "All of the history against none." },
        { value: "parts", about: "Several lengths of history, each against none." },
        { value: "fractional", about: "The history under partial noise against none." },
      ],
    }),
    fraction: param.number({
      default: 0.5,
      min: 0,
      max: 1,
      step: 0.05,
      about: "Noise on the history that guides; 0 = clean, 1 = none of it is seen.",
      visibleIf: { param: "mode", is: ["fractional"] },
    }),
    lengths: param.numbers({
      default: [2, 1],
      about: "Numbers of latest frames, one for each part.",
      visibleIf: { param: "mode", is: ["parts"] },
    }),
    weights: param.numbers({
      default: [],
      about: "Weight of each part besides the scale; 1 if missing.",
      visibleIf: { param: "mode", is: ["parts"] },
    }),
    stabilise: param.number({
      default: 0,
      min: 0,
      max: 10,
      step: 0.01,
      onCard: false,
      about: "Sigma at which clean history is shown; 0.02 forgives generated frames.",
    }),
  },
  outputs: { denoiser: port.denoiser("guided prediction of the sequence") },
  place: "sum",
  evaluations: ({ scale, ...options }, at) => ({
    denoiser: branchesOf(scale(at), options).map(({ length, fraction }) => ({
      variant: `history ${length} ${fraction}`,
    })),
  }),
  build: ({ denoiser, history }, { scale, stabilise, ...options }) => {
    const drawn = keptDraw<Tensor>("step");
    const predict = (branch: Branch, x: Tensor, sigma: number, known: Tensor, call: Call) => {
      const seen = framesSeen(known.shape[1], branch, call.sigmas[0], stabilise);
      const noise = drawn(call, () => call.noise(zeros(known.shape, dtypeOf(x))));
      const shown = add(
        scaledFrames(
          known,
          seen.map(({ share }) => share),
        ),
        scaledFrames(
          noise,
          seen.map(({ level }) => level),
        ),
      );
      const later = Array.from({ length: x.shape[1] - seen.length }, () => sigma);
      return denoiser(withHistory(x, shown), sigma, { ...call, levels: [...seen.map(({ level }) => level), ...later] });
    };
    return {
      denoiser: async (x, sigma, call) => {
        const known = cast(repeatRows(history, x.shape[0]), dtypeOf(x));
        checkLength(x, known);
        const branches = branchesOf(scale(call), options);
        const predictions = await Promise.all(branches.map((branch) => predict(branch, x, sigma, known, call)));
        const sum = predictions.reduce((total, one, i) => addScaled(total, one, branches[i].weight), scaled(x, 0));
        return withHistory(sum, known);
      },
    };
  },
});

function checkLength(x: Tensor, history: Tensor): void {
  if (history.shape[1] < x.shape[1]) return;
  throw new Error(
    `The history has ${history.shape[1]} frames, but the whole sequence only ${x.shape[1]}. Generate longer sequences or show less of the history.`,
  );
}
