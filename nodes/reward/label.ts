import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { logLabel } from "../../shared/testbed/logLabel.ts";

const traits = { on: "latent", noiseAware: true, differentiable: true } as const;

export const node = defineNode({
  type: "reward/label",
  version: 1,
  title: "Label reward",
  summary: "Scores points of a test bed by how likely they have a label, at any noise.",
  keywords: ["test bed", "classifier", "class", "probability", "noise-aware", "exact"],
  doc: doc`
    The exact log-probability of a test bed's label given a point with noise, $\log p(y \mid x, \sigma)$: the classifier
    that classifier guidance dreams of. 0 is certain, lower is less. Its slope is what guidance by a label adds:

    $$\hat D_y - \hat D = \sigma^2\, \nabla_x \log p(y \mid x, \sigma)$$
  `,
  cites: [
    {
      id: "arXiv:2105.05233",
      by: "Dhariwal and Nichol, 2021",
      title: "Diffusion Models Beat GANs on Image Synthesis",
    },
  ],
  status: "stable",
  inputs: { model: port.model("test bed with the label") },
  params: { label: param.text({ default: "", about: "Label of the test bed.", placeholder: "a" }) },
  outputs: { reward: port.reward("log-probability of the label, 0 and less") },
  forecast: ({ model }, { label }, { problem }) => {
    const message = model && refuse(model, label);
    if (message) problem({ port: model.labels ? "label" : "model", severity: "error", message });
    return { reward: traits };
  },
  build: ({ model }, { label }) => ({
    reward: {
      ...traits,
      value: async (x, sigma = 0) => {
        const message = refuse(model.info, label);
        if (message || !model.mixture) throw new Error(message ?? "This model has no density.");
        return logLabel(x, sigma, model.mixture, label);
      },
    },
  }),
});

function refuse({ name, labels }: { readonly name: string; readonly labels?: readonly string[] }, label: string) {
  if (!labels) return `${name} is no test bed. Use a classifier reward for it.`;
  if (labels.length === 0) return `${name} has no labels to score.`;
  if (labels.includes(label)) return null;
  return `${label === "" ? "No label is chosen" : `There is no label “${label}”`}. This model has ${labels.join(", ")}.`;
}
