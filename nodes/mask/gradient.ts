import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { canvas, drawMask, maskShape } from "../lib/mask.ts";

export const node = defineNode({
  type: "mask/gradient",
  version: 1,
  title: "Gradient mask",
  summary: "Draws a ramp from 0 to 1 across the picture as a mask.",
  keywords: ["region", "linear", "ramp", "fade", "transition", "blend"],
  doc: doc`
    Rises evenly from 0 to 1 in the direction of **angle** (0 = to the right, 90 = downwards). **Start** and **end** are
    places on the way across the picture: 0 where it begins, 1 where it ends. Two prompts flow into one another along it.
  `,
  cites: [],
  status: "stable",
  inputs: canvas.inputs,
  params: {
    angle: param.number({
      default: 0,
      min: -360,
      max: 360,
      step: 1,
      decimals: 0,
      unit: "°",
      about: "Direction of the rise.",
    }),
    start: param.number({ default: 0, min: -10, max: 10, step: 0.01, about: "Where the rise begins." }),
    end: param.number({ default: 1, min: -10, max: 10, step: 0.01, about: "Where 1 is reached." }),
    ...canvas.params,
  },
  outputs: { mask: port.mask("[1, 1, H, W], 0 to 1") },
  forecast: ({ like }, params) => ({ mask: { shape: maskShape(like, params) } }),
  run: ({ like }, params) => ({ mask: drawMask(maskShape(like, params), ramp(params)) }),
});

interface Ramp {
  readonly angle: number;
  readonly start: number;
  readonly end: number;
}

function ramp({ angle, start, end }: Ramp) {
  const [across, down] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
  // The way across a unit square in this direction, from corner to corner.
  const way = Math.abs(across) + Math.abs(down);
  return (x: number, y: number) => {
    const at = ((x - 0.5) * across + (y - 0.5) * down) / way + 0.5;
    if (start === end) return at < start ? 0 : 1;
    return Math.min(1, Math.max(0, (at - start) / (end - start)));
  };
}
