import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { refuseFileName } from "../../shared/workflow/fileName.ts";
import { tensorOf } from "../lib/tensorOf.ts";

export const node = defineNode({
  type: "tensor/save",
  version: 1,
  title: "Save tensor",
  summary: "Writes an array to a .npy file.",
  keywords: ["npy", "numpy", "array", "export"],
  doc: doc`
    Writes NumPy's \`.npy\` in the tensor's own type; of a conditioning the context, of sigmas the list. A batch is one
    file. Nothing is overwritten: a taken name becomes \`name (2)\`.
  `,
  cites: [],
  status: "stable",
  effect: "writes",
  inputs: { tensor: port.tensor("what to write", { accepts: ["conditioning", "sigmas", "number"] }) },
  params: { name: param.text({ default: "tensor", about: "File name without ending." }) },
  outputs: {},
  forecast: (_inputs, { name }, { problem }) => {
    const message = refuseFileName(name);
    if (message) problem({ port: "name", severity: "error", message });
    return {};
  },
  run: async ({ tensor }, { name }, context) => {
    await context.saveTensor(tensorOf(tensor), name);
    return {};
  },
});
