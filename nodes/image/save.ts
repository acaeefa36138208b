import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { refuseFileName } from "../../shared/workflow/fileName.ts";

export const node = defineNode({
  type: "image/save",
  version: 1,
  title: "Save image",
  summary: "Writes images to the output folder, with the workflow inside.",
  keywords: ["export", "png", "jpeg", "webp", "file", "saveimage"],
  doc: doc`
    Writes every image of a batch. Slashes in the name make subfolders; nothing is overwritten: a taken name becomes
    \`name (2)\`. With **embed workflow** the file carries the graph that made it: drop it on the canvas to get it back.
  `,
  cites: [],
  status: "stable",
  effect: "writes",
  inputs: { image: port.image("what to write") },
  params: {
    name: param.text({ default: "image", about: "File name without ending." }),
    format: param.select({
      default: "png",
      about: "File format.",
      options: [
        { value: "png", label: "PNG", about: "lossless" },
        { value: "jpeg", label: "JPEG", about: "small, lossy" },
        { value: "webp", label: "WebP", about: "smaller, lossy" },
      ],
    }),
    bitDepth: param.select({
      default: "8",
      onCard: false,
      visibleIf: { param: "format", is: ["png"] },
      about: "Bits for each channel.",
      options: [
        { value: "8", label: "8 bit" },
        { value: "16", label: "16 bit" },
      ],
    }),
    embedWorkflow: param.boolean({ default: true, onCard: false, about: "Put the workflow into the file." }),
  },
  outputs: {},
  forecast: (_inputs, { name }, { problem }) => {
    const message = refuseFileName(name);
    if (message) problem({ port: "name", severity: "error", message });
    return {};
  },
  run: async ({ image }, { name, format, bitDepth, embedWorkflow }, context) => {
    await context.saveImage(image, { name, format, bitDepth: bitDepth === "16" ? 16 : 8, embedWorkflow });
    return {};
  },
});
