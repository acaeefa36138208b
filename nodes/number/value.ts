import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";

export const node = defineNode({
  type: "number/value",
  version: 1,
  title: "Number",
  summary: "Holds a number that several nodes share.",
  keywords: ["constant", "primitive", "float", "integer"],
  doc: doc`One number for many places: connect it to any number, curve, seed or whole-number parameter.`,
  cites: [],
  status: "stable",
  inputs: {},
  params: { value: param.number({ default: 1, about: "The number." }) },
  outputs: { number: port.number("the number") },
  forecast: (_inputs, { value }) => ({ number: value }),
  run: (_inputs, { value }) => ({ number: value }),
});
