import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { add, affine, clamp, combine, mul } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { fitMask } from "../lib/mask.ts";

export const node = defineNode({
  type: "mask/combine",
  version: 1,
  title: "Combine masks",
  summary: "Joins two masks, overlaps them or cuts one out of the other.",
  keywords: ["union", "intersect", "subtract", "multiply", "boolean", "and", "or"],
  doc: doc`
    **Join** covers what either covers, $1 - (1 - a)(1 - b)$; **overlap** what both do, $a\,b$; **cut** takes the second
    out of the first, $a\,(1 - b)$; **sum** adds and stops at 1. The second mask takes the size of the first.
  `,
  cites: [],
  status: "stable",
  inputs: { a: port.mask("first mask"), b: port.mask("second mask") },
  params: {
    way: param.select({
      default: "join",
      about: "How they meet.",
      options: [
        { value: "join", label: "Join" },
        { value: "overlap", label: "Overlap" },
        { value: "cut", label: "Cut" },
        { value: "sum", label: "Sum" },
      ],
    }),
  },
  outputs: { mask: port.mask("the combined mask") },
  forecast: ({ a }) => ({ mask: a }),
  run: ({ a, b }, { way }) => ({ mask: ways[way](a, fitMask(b, a)) }),
});

const not = (x: Tensor) => affine(x, -1, 1);
const ways = {
  join: (a: Tensor, b: Tensor) => combine(add(a, b), 1, mul(a, b), -1),
  overlap: mul,
  cut: (a: Tensor, b: Tensor) => mul(a, not(b)),
  sum: (a: Tensor, b: Tensor) => clamp(add(a, b), 0, 1),
};
