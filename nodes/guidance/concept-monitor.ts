import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import {
  add,
  addScaled,
  div,
  dot,
  extrapolate,
  fromNumbers,
  mul,
  mulSample,
  norm,
  shift,
  sub,
} from "../../shared/tensor/index.ts";
import { dtypeOf, type Tensor } from "../../shared/tensor/tensor.ts";

export const node = defineNode({
  type: "guidance/concept-monitor",
  version: 1,
  title: "Concept tuning",
  summary: "Watches which concept of the prompt is neglected and steers towards it.",
  keywords: ["conceptdiffusion", "semantic guidance", "monitoring", "attribute binding", "subjects", "reconstruction"],
  doc: doc`
    A prompt of several things often loses one of them. Each concept gets a denoiser of its own; the node compares the
    direction of the whole prompt, $g$, with that of every concept, $g_k$, and steers towards the one that it points away
    from most.

    $$g' = g + \lambda\,(\rho_\text{best} - \rho_k)\,\frac{\lVert g\rVert}{\lVert g_k\rVert}\,g_k, \qquad
    \rho_k = \cos(g, g_k), \qquad \hat D = D_\text{weak} + w\,g'$$

    **Subjects** are single things (“a book”), **phrases** the same with an attribute (“a red book”), in the same order:
    of a phrase only the part that its subject does not have counts, so it stands for the attribute. **Threshold** steers
    to every concept whose cosine is below it and not to the worst alone. **Keep length** makes $g'$ as long as $g$.

    **A reconstruction** from the paper's summary: what is watched is the paper's, the exact rule of steering is not known
    to be. Cosines of differences do not depend on the prediction space.

    The cosines are reported in every step, \`concept.1\` and on: subjects first, then phrases.

    **Costs** two evaluations and one for each concept, all in one call of the network; only two where steer is 0. It
    matters early: let **steer** be a curve that ends at half the walk. **Try** 0.5 to 2; more distorts. In a chain it is
    a way to change the difference, before its weight.
  `,
  cites: [
    {
      id: "arXiv:2312.15964",
      by: "Kang and others, 2023",
      title: "Semantic Guidance Tuning for Text-To-Image Diffusion Models",
    },
  ],
  status: "experimental",
  inputs: {
    strong: port.denoiser("prediction under the whole prompt"),
    weak: port.denoiser("prediction under the empty prompt"),
    subjects: port.denoiser("predictions under single things", { many: true }),
    phrases: port.denoiser("predictions under a thing with its attribute, by subject", { many: true, optional: true }),
  },
  params: {
    scale: param.curve({
      default: 7.5,
      slider: [0, 16],
      safe: [2, 10],
      min: -100,
      max: 1000,
      about: "Weight of the difference; 0 = weak alone.",
    }),
    steer: param.curve({
      default: 1,
      slider: [0, 3],
      safe: [0, 2],
      min: 0,
      max: 100,
      step: 0.05,
      about: "How hard to steer; 0 = ordinary guidance.",
    }),
    threshold: param.number({
      default: null,
      min: -1,
      max: 1,
      step: 0.05,
      onCard: false,
      empty: "the worst alone",
      about: "Steers to every concept with a lower cosine; empty = to the worst alone.",
    }),
    keepLength: param.boolean({ default: false, onCard: false, about: "On: the difference keeps its length." }),
  },
  place: "sum",
  outputs: { denoiser: port.denoiser("guided prediction") },
  evaluations: ({ scale, steer }, at, edges) => {
    const w = scale(at);
    if (w === 0) return { weak: 1 };
    const isSteered = steer(at) !== 0 && edges.subjects + edges.phrases > 0;
    if (!isSteered) return { strong: 1, weak: w === 1 ? 0 : 1 };
    return { strong: 1, weak: 1, subjects: 1, phrases: 1 };
  },
  build: ({ strong, weak, subjects, phrases }, { scale, steer, threshold, keepLength }, context) => ({
    denoiser: async (x, sigma, call) => {
      const [w, amount] = [scale(call), steer(call)];
      if (w === 0) return weak(x, sigma, call);
      const ask = (one: typeof strong) => one(x, sigma, call);
      if (amount === 0 || subjects.length + phrases.length === 0) {
        if (w === 1) return strong(x, sigma, call);
        const [s, u] = await Promise.all([strong, weak].map(ask));
        return extrapolate(u, s, w);
      }
      const [s, u, ...concepts] = await Promise.all([strong, weak, ...subjects, ...phrases].map(ask));
      const things = concepts.slice(0, subjects.length).map((one) => sub(one, u));
      const attributes = concepts.slice(subjects.length).map((one, i) => beyond(sub(one, u), things[i]));
      const seen = watched(sub(s, u), [...things, ...attributes]);
      if (call.stage === 0) {
        for (const [k, cosine] of seen.cosines.entries())
          context.metric(`concept.${k + 1}`, cosine, { step: call.step, sigma });
      }
      const tuned = steered(seen, amount, threshold);
      return addScaled(u, keepLength ? asLongAs(tuned, seen.g) : tuned, w);
    },
  }),
});

/** Lengths below this are nothing. */
const tiny = 1e-12;

/** The part of a difference that is orthogonal to its subject's; all of it without a subject. */
function beyond(difference: Tensor, subject: Tensor | undefined): Tensor {
  if (!subject) return difference;
  const share = div(dot(difference, subject), shift(dot(subject, subject), tiny));
  return sub(difference, mulSample(subject, share));
}

interface Watched {
  readonly g: Tensor;
  readonly concepts: readonly Tensor[];
  /** [B] each. */
  readonly lengths: readonly Tensor[];
  readonly cosines: readonly Tensor[];
}

/** How far the direction of the prompt agrees with that of each concept. */
function watched(g: Tensor, concepts: readonly Tensor[]): Watched {
  const lengths = concepts.map((one) => shift(norm(one), tiny));
  const cosines = concepts.map((one, k) => div(dot(g, one), shift(mul(norm(g), lengths[k]), tiny)));
  return { g, concepts, lengths, cosines };
}

function steered({ g, concepts, lengths, cosines }: Watched, amount: number, threshold: number | null): Tensor {
  const length = norm(g);
  const best = picked(cosines, (b) => [extremeOf(cosines, b, 1)]);
  const top = best.reduce((sum, mask, k) => add(sum, mul(mask, cosines[k])), sub(length, length));
  const chosen = picked(cosines, (b) =>
    threshold === null
      ? [extremeOf(cosines, b, -1)]
      : cosines.flatMap((cosine, k) => (cosine.data[b] < threshold ? [k] : [])),
  );
  return concepts.reduce((sum, one, k) => {
    const pull = mul(mul(chosen[k], sub(top, cosines[k])), div(length, lengths[k]));
    return addScaled(sum, mulSample(one, pull), amount);
  }, g);
}

/** For each concept a mask [B] of the samples that choose it. */
function picked(cosines: readonly Tensor[], choose: (b: number) => readonly number[]): Tensor[] {
  const batch = cosines[0].shape[0];
  const choices = Array.from({ length: batch }, (_, b) => choose(b));
  return cosines.map((cosine, k) =>
    fromNumbers(
      choices.map((chosen) => (chosen.includes(k) ? 1 : 0)),
      [batch],
      dtypeOf(cosine),
    ),
  );
}

/** The concept with the greatest (sign 1) or least (sign −1) cosine of sample b. */
function extremeOf(cosines: readonly Tensor[], b: number, sign: 1 | -1): number {
  const values = cosines.map((cosine) => sign * cosine.data[b]);
  return values.indexOf(Math.max(...values));
}

function asLongAs(x: Tensor, like: Tensor): Tensor {
  return mulSample(x, div(norm(like), shift(norm(x), tiny)));
}
