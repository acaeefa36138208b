import type { Curve } from "../../shared/denoiser.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";

export const node = defineNode({
  type: "curve/add",
  version: 1,
  title: "Add curves",
  summary: "Adds two curves, or a number to a curve.",
  keywords: ["sum", "plus", "offset", "shift", "subtract"],
  doc: doc`
    The sum at every step: $h = a + b$. A plain number shifts the other curve up or down; with a negative one it is
    subtracted. Both may come over wires: curves or numbers.
  `,
  cites: [],
  status: "stable",
  inputs: {},
  params: {
    a: param.curve({ default: 1, about: "First summand." }),
    b: param.curve({ default: 0, about: "Second summand." }),
  },
  outputs: { curve: port.curve("a + b at each step") },
  forecast: (_inputs, { a, b }) => ({ curve: sum(a, b) }),
  build: (_inputs, { a, b }) => ({ curve: sum(a, b) }),
});

function sum(a: Curve, b: Curve): Curve {
  return (at) => a(at) + b(at);
}
