import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";

export const node = defineNode({
  type: "view/note",
  version: 1,
  title: "Note",
  summary: "Writes something for the reader of the graph.",
  keywords: ["comment", "markdown", "text", "annotation"],
  doc: doc`Markdown for people. It has no ports and never runs.`,
  cites: [],
  status: "stable",
  inert: true,
  inputs: {},
  params: {
    text: param.text({ default: "", multiline: true, placeholder: "Markdown", about: "The note, in Markdown." }),
  },
  outputs: {},
});
