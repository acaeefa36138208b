import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { canvas, coverage, drawMask, maskShape } from "../lib/mask.ts";

const side = (at: number, about: string) => param.number({ default: at, min: -10, max: 10, step: 0.01, about });

export const node = defineNode({
  type: "mask/rectangle",
  version: 1,
  title: "Rectangle mask",
  summary: "Draws a rectangle as a mask.",
  keywords: ["region", "box", "area", "half", "soft edge", "feather"],
  doc: doc`
    1 inside, 0 outside. Places are parts of the picture from its left and top edge, so the mask fits any size. **Soft**
    is the width of the edge, as a part of the shorter side; half of it lies outside.
  `,
  cites: [],
  status: "stable",
  inputs: canvas.inputs,
  params: {
    left: side(0, "Left edge; 0 = the picture's."),
    right: side(0.5, "Right edge; 1 = the picture's."),
    top: side(0, "Upper edge; 0 = the picture's."),
    bottom: side(1, "Lower edge; 1 = the picture's."),
    soft: param.number({ default: 0, min: 0, max: 2, step: 0.01, slider: [0, 0.5], about: "Width of the edge." }),
    ...canvas.params,
  },
  outputs: { mask: port.mask("[1, 1, H, W], 1 inside") },
  forecast: ({ like }, params) => ({ mask: { shape: maskShape(like, params) } }),
  run: ({ like }, params) => {
    const shape = maskShape(like, params);
    return { mask: drawMask(shape, inside(params, shape)) };
  },
});

interface Edges {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly soft: number;
}

function inside({ left, right, top, bottom, soft }: Edges, [, , height, width]: readonly number[]) {
  const edge = soft * Math.min(height, width);
  return (x: number, y: number) => {
    const across = Math.max(left - x, x - right) * width;
    const down = Math.max(top - y, y - bottom) * height;
    return Math.min(coverage(across, edge, 1), coverage(down, edge, 1));
  };
}
