import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { gridOf } from "../lib/grid.ts";

export const node = defineNode({
  type: "image/grid",
  version: 1,
  title: "Contact sheet",
  summary: "Lays images out on one sheet.",
  keywords: ["grid", "contact sheet", "collage", "batch", "compare"],
  doc: doc`
    Puts all images of all its inputs on one sheet, row by row, in the order of the links. Images smaller than the largest
    one are centred in their cell. With 0 columns the sheet is as square as it can be.
  `,
  cites: [],
  status: "stable",
  inputs: { images: port.image("batches, one after the other", { many: true }) },
  params: {
    columns: param.integer({ default: 0, min: 0, max: 1000, about: "Images in a row; 0 = as square as possible." }),
    gap: param.integer({ default: 4, min: 0, max: 1000, unit: "px", about: "Space between images in pixels." }),
    background: param.color({ default: "#ffffff", onCard: false, about: "Colour between and around the images." }),
  },
  outputs: { image: port.image("the sheet") },
  forecast: (_inputs, _params) => ({}),
  run: async ({ images }, params, context) => {
    const image = gridOf(images, params);
    await context.show(image);
    return { image };
  },
});
