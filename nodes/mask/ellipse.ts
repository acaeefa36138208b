import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { canvas, coverage, drawMask, maskShape } from "../lib/mask.ts";

const place = (about: string) => param.number({ default: 0.5, min: -10, max: 10, step: 0.01, about });
const radius = (about: string) => param.number({ default: 0.3, min: 0.001, max: 10, step: 0.01, about });

export const node = defineNode({
  type: "mask/ellipse",
  version: 1,
  title: "Ellipse mask",
  summary: "Draws an ellipse as a mask.",
  keywords: ["region", "circle", "oval", "vignette", "radial", "soft edge", "feather"],
  doc: doc`
    1 inside, 0 outside. Centre and radii are parts of the picture's width and height. **Soft** is the width of the edge,
    as a part of the shorter side; half of it lies outside. As wide as the radii, it makes a vignette.
  `,
  cites: [],
  status: "stable",
  inputs: canvas.inputs,
  params: {
    x: place("Centre from the left; 0.5 = the middle."),
    y: place("Centre from the top; 0.5 = the middle."),
    radiusX: radius("Half its width, as a part of the picture's."),
    radiusY: radius("Half its height, as a part of the picture's."),
    soft: param.number({ default: 0, min: 0, max: 4, step: 0.01, slider: [0, 1], about: "Width of the edge." }),
    ...canvas.params,
  },
  outputs: { mask: port.mask("[1, 1, H, W], 1 inside") },
  forecast: ({ like }, params) => ({ mask: { shape: maskShape(like, params) } }),
  run: ({ like }, params) => {
    const shape = maskShape(like, params);
    return { mask: drawMask(shape, inside(params, shape)) };
  },
});

interface Oval {
  readonly x: number;
  readonly y: number;
  readonly radiusX: number;
  readonly radiusY: number;
  readonly soft: number;
}

function inside(oval: Oval, [, , height, width]: readonly number[]) {
  const edge = oval.soft * Math.min(height, width);
  const [a, b] = [oval.radiusX * width, oval.radiusY * height];
  return (x: number, y: number) => {
    const [dx, dy] = [(x - oval.x) * width, (y - oval.y) * height];
    const out = Math.hypot(dx / a, dy / b);
    // Distance to the edge to first order: how far out the point is, over how fast that grows here.
    const slope = Math.hypot(dx / a ** 2, dy / b ** 2);
    const distance = slope === 0 ? -Math.min(a, b) : ((out - 1) * out) / slope;
    return coverage(distance, edge, 1);
  };
}
