import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { port } from "../../shared/node/ports.ts";

export const node = defineNode({
  type: "image/preview",
  version: 1,
  title: "Preview",
  summary: "Shows images on the canvas without writing them.",
  keywords: ["view", "show", "previewimage"],
  doc: doc`Shows every image that arrives, on the node itself. Nothing is written; export a picture from the inspector.`,
  cites: [],
  status: "stable",
  effect: "shows",
  inputs: { image: port.image("what to show") },
  params: {},
  outputs: {},
  run: async ({ image }, _params, context) => {
    await context.show(image);
    return {};
  },
});
