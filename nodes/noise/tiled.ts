import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { reshapedSource } from "../../shared/random/derivedSource.ts";
import { alongAxis, axisMap } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";

export const node = defineNode({
  type: "noise/tiled",
  version: 1,
  title: "Tiled noise",
  summary: "Repeats a tile of noise over the picture, so that its parts come out alike.",
  keywords: ["seamless", "texture", "pattern", "periodic", "repeat", "wrap"],
  doc: doc`
    Draws noise for one tile and repeats it to the right and downwards, in the first noise and in all later ones:

    $$\varepsilon(y, x) = \varepsilon_\text{tile}(y \bmod h,\; x \bmod w)$$

    All tiles start from the same noise, so that repeated motifs and textures arise. Where the tile's sides divide those
    of the latent, the noise also goes on without a seam when the picture is put beside itself. The network sees the edges
    of the picture all the same: a picture is strictly periodic only as far from the edges as the network's view reaches.

    Sides are in cells of the latent (a cell of Stable Diffusion is 8 × 8 pixels). A tile as large as the latent leaves the
    noise as it is, which is always so for points of a test bed (1 × 1 cells).
  `,
  cites: [],
  status: "stable",
  inputs: { noise: port.noise("noise of the tile") },
  params: {
    width: param.integer({ default: 32, min: 1, max: 4096, unit: "cells", about: "Width of the tile." }),
    height: param.integer({ default: 32, min: 1, max: 4096, unit: "cells", about: "Height of the tile." }),
  },
  outputs: { noise: port.noise("unit noise with this period") },
  build: ({ noise }, { width, height }) => {
    const tileOf = (shape: readonly number[]) => {
      const sides = [height, width];
      const axes = shape.length - 2;
      return shape.map((side, axis) => (axes > 0 && axis >= axes ? Math.min(side, sides[axis - axes]) : side));
    };
    return { noise: reshapedSource(noise, tileOf, repeated) };
  },
});

/** The tile side by side until it fills the shape. */
function repeated(tile: Tensor, shape: readonly number[]): Tensor {
  return shape.reduce(
    (x, side, axis) => (x.shape[axis] === side ? x : alongAxis(x, axis, period(x.shape[axis], side))),
    tile,
  );
}

function period(from: number, to: number) {
  return axisMap(
    Array.from({ length: to }, (_, i) => Array.from({ length: from }, (_, k) => (k === i % from ? 1 : 0))),
  );
}
