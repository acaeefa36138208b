import type { Workflow } from "../../shared/workflow/workflow.ts";
import type { Method } from "./methods.ts";
import type { Prompt } from "./prompts.ts";

/** Nodes of a document, to which methods and measures are added. */
type Nodes = Method["nodes"];

/** Steps of each walk: Euler's method over the network's own levels, which is DDIM. */
export const steps = 20;

/** A walk under one prompt with one seed, judged by CLIP ("score") and label by label ("score0", …). */
export function documentOf(prompt: Prompt, seed: number, method: Method): Workflow {
  const judges = prompt.labels.map((label, i) => [`${i}`, "reward/classifier", { label }] as const);
  const all = [["", "reward/clip", { text: prompt.text }] as const, ...judges];
  const nodes: Nodes = {
    ...walkNodes(prompt.text, seed, 1),
    ...method.nodes,
    sample: ["sampler/sample", { sampler: "euler" }],
    decode: ["latent/decode"],
    show: ["image/preview"],
    ...Object.fromEntries(all.map(([key, type, params]) => [`judge${key}`, [type, params]])),
    ...Object.fromEntries(all.map(([key]) => [`score${key}`, ["reward/score"]])),
  };
  const links = [
    ...walkLinks,
    ...method.links,
    `${method.walked} sample.denoiser`,
    ...["sigmas.sigmas sample.sigmas", "noise.noise sample.noise", "latent.latent sample.latent"],
    ...["model.model decode.model", "sample.latent decode.latent", "decode.image show.image"],
    ...all.flatMap(([key]) => [
      `model.model judge${key}.model`,
      `judge${key}.reward score${key}.reward`,
      `decode.image score${key}.image`,
    ]),
  ];
  return workflowOf(nodes, links);
}

/** Fits linear guidance on a batch under one prompt and saves what it found as `name`. */
export function fitDocument(prompt: Prompt, name: string): Workflow {
  const nodes: Nodes = {
    ...walkNodes(prompt.text, 90_000, 16),
    fit: ["guidance/linear-adaptive-fit", { scale: 4 }],
    save: ["tensor/save", { name }],
  };
  const links = [
    ...walkLinks,
    ...["strong.denoiser fit.strong", "weak.denoiser fit.weak", "sigmas.sigmas fit.sigmas"],
    ...["noise.noise fit.noise", "latent.latent fit.latent", "fit.coefficients save.tensor"],
  ];
  return workflowOf(nodes, links);
}

function walkNodes(text: string, seed: number, batch: number): Nodes {
  return {
    model: ["model/load"],
    prompt: ["text/encode", { text }],
    empty: ["text/encode", { text: "" }],
    strong: ["denoiser/condition"],
    weak: ["denoiser/condition"],
    sigmas: ["sigmas/schedule", { schedule: "normal", steps }],
    noise: ["noise/gaussian", { seed }],
    latent: ["latent/empty", { width: 64, height: 64, batch }],
  };
}

const walkLinks = [
  ...["prompt", "empty", "strong", "weak", "sigmas", "latent"].map((id) => `model.model ${id}.model`),
  "prompt.conditioning strong.conditioning",
  "empty.conditioning weak.conditioning",
];

function workflowOf(nodes: Nodes, links: readonly string[]): Workflow {
  const edges = links.map((link) => {
    const [from, to] = link.split(" ").map((end) => end.split(".") as [string, string]);
    return { from, to };
  });
  return {
    fairlead: 1,
    nodes: Object.entries(nodes).map(([id, [type, params = {}]]) => ({ id, type, params })),
    edges,
  };
}
