import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";

export const node = defineNode({
  type: "image/load",
  version: 1,
  title: "Load image",
  summary: "Reads a picture from a file.",
  keywords: ["png", "jpeg", "webp", "open", "loadimage"],
  doc: doc`
    Reads PNG (8 and 16 bit), JPEG and WebP. Colours are converted to sRGB where the file carries a profile.
    A path is absolute or starts at the workflow's own folder.
  `,
  cites: [],
  status: "stable",
  inputs: {},
  params: {
    path: param.file({
      default: "",
      what: "image",
      label: "File",
      about: "A picture file.",
      placeholder: "Choose a picture",
    }),
  },
  outputs: { image: port.image("[1, 3, H, W], 0..1, sRGB") },
  forecast: (_inputs, { path }, { facts, problem }) => {
    if (path === "") problem({ port: "path", severity: "error", message: "No picture is chosen. Choose a file." });
    const size = path === "" ? undefined : facts.imageSize(path);
    return size ? { image: { shape: [1, 3, size.height, size.width] } } : {};
  },
  run: async (_inputs, { path }, context) => {
    const image = await context.loadImage(path);
    await context.show(image);
    return { image };
  },
});
