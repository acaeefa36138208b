import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { affine } from "../../shared/tensor/index.ts";

export const node = defineNode({
  type: "mask/load",
  version: 1,
  title: "Load mask",
  summary: "Reads the transparency of a picture file as a mask.",
  keywords: ["alpha", "opacity", "transparent", "file", "png", "cutout", "inpaint"],
  doc: doc`
    What is opaque becomes 1 and what is transparent 0: cut the region out in any program that keeps transparency, and
    load the PNG or WebP here. **Invert** for pictures whose region is the part that was erased. Of a picture without
    transparency the mask is 1 everywhere; connect Load image to Mask from image to use its brightness instead.
  `,
  cites: [],
  status: "stable",
  inputs: {},
  params: {
    path: param.file({
      default: "",
      what: "image",
      label: "File",
      about: "A picture file with transparency.",
      placeholder: "Choose a picture",
    }),
    invert: param.boolean({ default: false, about: "The transparent part is the region." }),
  },
  outputs: { mask: port.mask("[1, 1, H, W], 1 where the picture is opaque") },
  forecast: (_inputs, { path }, { facts, problem }) => {
    if (path === "") problem({ port: "path", severity: "error", message: "No picture is chosen. Choose a file." });
    const size = path === "" ? undefined : facts.imageSize(path);
    return size ? { mask: { shape: [1, 1, size.height, size.width] } } : {};
  },
  run: async (_inputs, { path, invert }, context) => {
    const opacity = await context.loadOpacity(path);
    return { mask: invert ? affine(opacity, -1, 1) : opacity };
  },
});
