import type { Curve } from "../../shared/denoiser.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";

export const node = defineNode({
  type: "curve/multiply",
  version: 1,
  title: "Multiply curves",
  summary: "Multiplies two curves, or a curve by a number.",
  keywords: ["product", "times", "factor", "gate", "window"],
  doc: doc`
    The product at every step: $h = a\,b$. A curve between 0 and 1 fades the other one in and out; a plain number
    stretches it.
  `,
  cites: [],
  status: "stable",
  inputs: {},
  params: {
    a: param.curve({ default: 1, about: "First factor." }),
    b: param.curve({ default: 1, about: "Second factor." }),
  },
  outputs: { curve: port.curve("a · b at each step") },
  forecast: (_inputs, { a, b }) => ({ curve: product(a, b) }),
  build: (_inputs, { a, b }) => ({ curve: product(a, b) }),
});

function product(a: Curve, b: Curve): Curve {
  return (at) => a(at) * b(at);
}
