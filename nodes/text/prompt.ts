import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";

export const node = defineNode({
  type: "text/prompt",
  version: 1,
  title: "Text",
  summary: "Holds a text that several nodes share.",
  keywords: ["string", "primitive", "prompt"],
  doc: doc`
    One text for many places: connect it to the text of encoders and rewards, so that the picture is made and scored
    with the same words.
  `,
  cites: [],
  status: "stable",
  inputs: {},
  params: { text: param.text({ default: "", multiline: true, placeholder: "Text", about: "The text." }) },
  outputs: { text: port.text("the text") },
  forecast: (_inputs, { text }) => ({ text }),
  run: (_inputs, { text }) => ({ text }),
});
