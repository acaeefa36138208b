import type { NodeDescription } from "../../shared/node/describe.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { liveKinds } from "./kinds.ts";

type Parts = Pick<NodeDescription, "inputs" | "outputs"> & Partial<NodeDescription>;

function kind(type: string, title: string, parts: Parts): NodeDescription {
  return {
    type,
    title,
    version: 1,
    summary: "",
    keywords: [],
    doc: "",
    cites: [],
    status: "stable",
    params: {},
    ...parts,
  };
}

/** A few kinds of node for tests, so that they do not depend on what the real ones are today. */
const kinds: readonly NodeDescription[] = [
  kind("model/load", "Load model", { inputs: {}, outputs: { model: port.model("") } }),
  kind("text/encode", "Encode text", {
    inputs: { model: port.model("") },
    params: { text: param.text({ default: "", about: "" }) },
    outputs: { conditioning: port.conditioning("") },
  }),
  kind("denoiser/condition", "Condition", {
    inputs: { model: port.model(""), conditioning: port.conditioning("") },
    outputs: { denoiser: port.denoiser("") },
  }),
  kind("guidance/cfg", "Guidance", {
    inputs: { strong: port.denoiser(""), weak: port.denoiser("") },
    params: {
      scale: param.curve({ default: 4, about: "" }),
      mode: param.select({ default: "a", about: "", options: [{ value: "a" }] }),
    },
    outputs: { denoiser: port.denoiser("") },
  }),
  kind("image/load", "Load image", {
    inputs: {},
    params: { path: param.file({ default: "", what: "image", about: "" }) },
    outputs: { image: port.image("") },
  }),
  kind("guidance/rescale", "Rescale", {
    inputs: { denoiser: port.denoiser("") },
    outputs: { denoiser: port.denoiser("") },
  }),
];

export const catalogByType = liveKinds(new Map(kinds.map((one) => [one.type, one])));
