import { expect, test } from "vitest";
import type { NodeDescription } from "../../../shared/node/describe.ts";
import { param } from "../../../shared/node/params.ts";
import { port } from "../../../shared/node/ports.ts";
import { candidatesFor } from "./candidates.ts";

function node(type: string, parts: Partial<NodeDescription>): NodeDescription {
  const base = { version: 1, title: type, summary: "", keywords: [], doc: "", cites: [], status: "stable" as const };
  return { type, ...base, inputs: {}, params: {}, outputs: {}, ...parts };
}

const nodes = [
  node("tensor/save", { inputs: { tensor: port.tensor("what to save") } }),
  node("sampler/sample", {
    inputs: { denoiser: port.denoiser("who predicts"), latent: port.latent("where it starts", { optional: true }) },
    outputs: { latent: port.latent("where it ends") },
  }),
  node("latent/decode", {
    inputs: { latent: port.latent("what to decode") },
    outputs: { image: port.image("picture") },
  }),
  node("number/value", { outputs: { number: port.number("the number") } }),
  node("guidance/cfg", { params: { scale: param.curve({ default: 4, about: "weight" }) } }),
  node("latent/old", { inputs: { latent: port.latent("what to decode") }, status: "deprecated" }),
];
const found = (end: Parameters<typeof candidatesFor>[1]) =>
  candidatesFor(nodes, end).map(({ node: { type }, landing }) => [type, landing?.port]);

test("an output finds the inputs that it fits: required ones of its own type first", () => {
  expect(found({ from: "output", wire: "latent" })).toEqual([
    ["latent/decode", "latent"],
    ["sampler/sample", "latent"],
    ["tensor/save", "tensor"],
  ]);
});

test("a number also finds parameters", () => {
  expect(found({ from: "output", wire: "number" })).toEqual([["guidance/cfg", "scale"]]);
});

test("an input finds outputs that feed it, of all types that it takes", () => {
  expect(found({ from: "input", wire: "text", accepts: ["number"] })).toEqual([["number/value", "number"]]);
  expect(found({ from: "input", wire: "latent" })).toEqual([["sampler/sample", "latent"]]);
});

test("without a wire every node is on offer, except those that are on their way out", () => {
  expect(found(undefined)).toHaveLength(nodes.length - 1);
});
