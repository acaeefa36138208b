import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";

export const node = defineNode({
  type: "tensor/load",
  version: 1,
  title: "Load tensor",
  summary: "Reads an array from a .npy file.",
  keywords: ["npy", "numpy", "array"],
  doc: doc`
    Reads NumPy's \`.npy\` (float32, float64, int64). The tensor fits latent, image and mask inputs; its shape is checked
    there. So any step of a pipeline can be compared with another program.
  `,
  cites: [],
  status: "stable",
  inputs: {},
  params: {
    path: param.file({ default: "", what: "npy", label: "File", about: "A .npy file.", placeholder: "Choose a file" }),
  },
  outputs: { tensor: port.tensor("the array, in the file's own type") },
  forecast: (_inputs, { path }, { facts, problem }) => {
    if (path === "") problem({ port: "path", severity: "error", message: "No file is chosen. Choose a .npy file." });
    const shape = path === "" ? undefined : facts.tensorShape(path);
    return shape ? { tensor: { shape } } : {};
  },
  run: async (_inputs, { path }, context) => ({ tensor: await context.loadTensor(path) }),
});
