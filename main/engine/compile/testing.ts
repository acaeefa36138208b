import type { Call } from "../../../shared/denoiser.ts";
import type { ModelInfo } from "../../../shared/model.ts";
import { type AnyNode, defineNode } from "../../../shared/node/define.ts";
import { param } from "../../../shared/node/params.ts";
import { port } from "../../../shared/node/ports.ts";
import type { Workflow, WorkflowNode } from "../../../shared/workflow/workflow.ts";
import type { CompileFacts } from "./facts.ts";

const common = { version: 1, summary: "", keywords: [], doc: "", cites: [], status: "stable" } as const;

/** A model as facts would describe it. */
export const testInfo: ModelInfo = {
  name: "test",
  network: "unet",
  prediction: "eps",
  schedule: {
    kind: "discrete",
    sigmas: [0.03, 1, 14],
    shift: 1,
    trainSteps: 3,
    stepsOffset: 0,
    finalSigma: "zero",
    spacing: "leading",
  },
  latent: { channels: 4, factor: 8, width: 64, height: 64, dtype: "float32" },
  bytes: { network: 1000, parts: { unet: 1000 } },
  networks: ["unet"],
  batching: { fixedBatch: null, scalarTimestep: false },
};

const source = defineNode({
  ...common,
  type: "test/source",
  title: "Source",
  inputs: {},
  params: { value: param.number({ default: 1, min: 0, max: 10, about: "" }) },
  outputs: { number: port.number("") },
  forecast: (_inputs, { value }) => ({ number: value }),
  run: (_inputs, { value }) => ({ number: value }),
});

const add = defineNode({
  ...common,
  type: "test/add",
  title: "Add",
  inputs: { a: port.number("", { many: true }) },
  params: {},
  outputs: { number: port.number("") },
  run: ({ a }) => ({ number: a.reduce((sum: number, value) => sum + (value as number), 0) }),
});

const sink = defineNode({
  ...common,
  type: "test/sink",
  title: "Sink",
  effect: "writes",
  inputs: { number: port.number("") },
  params: { name: param.text({ default: "x", about: "" }) },
  outputs: {},
  run: () => ({}),
});

const model = defineNode({
  ...common,
  type: "test/model",
  title: "Model",
  inputs: {},
  params: {},
  outputs: { model: port.model("") },
  forecast: () => ({ model: testInfo }),
  build: () => ({ model: {} as never }),
});

const leaf = defineNode({
  ...common,
  type: "test/leaf",
  title: "Leaf",
  inputs: { model: port.model("") },
  params: {},
  outputs: { denoiser: port.denoiser("") },
  build: () => ({ denoiser: async (x) => x }),
});

const mix = defineNode({
  ...common,
  type: "test/mix",
  title: "Mix",
  inputs: { strong: port.denoiser(""), weak: port.denoiser("") },
  params: { scale: param.curve({ default: 2, about: "" }) },
  outputs: { denoiser: port.denoiser("") },
  evaluations: ({ scale }, at) => ({ strong: 1, weak: scale(at) === 1 ? 0 : 1 }),
  build: ({ strong, weak }) => ({
    denoiser: async (x, sigma, call) => (await Promise.all([strong(x, sigma, call), weak(x, sigma, call)]))[0],
  }),
});

const walk = defineNode({
  ...common,
  type: "test/walk",
  title: "Walk",
  effect: "shows",
  inputs: { denoiser: port.denoiser("") },
  params: { steps: param.integer({ default: 5, min: 1, about: "" }) },
  outputs: { number: port.number("") },
  calls: function* (_inputs, { steps }) {
    for (let step = 0; step < steps; step++) {
      yield {
        input: "denoiser",
        at: { step, steps, sigma: steps - step, next: steps - step - 1, sigmas: [], stage: 0, switches: {} },
      };
    }
  },
  run: () => ({ number: 0 }),
});

const all: AnyNode[] = [source, add, sink, model, leaf, mix, walk];

/** Nodes that need no model file. */
export const testRegistry: ReadonlyMap<string, AnyNode> = new Map(all.map((node) => [node.type, node]));

const noCheckpoint = { problem: "There is no checkpoint in this test." };

/** Facts of an empty disk. */
export const testFacts: CompileFacts = {
  device: "cpu",
  fingerprint: () => null,
  model: () => ({ problem: "No model here." }),
  checkpoint: () => noCheckpoint,
  withPart: () => noCheckpoint,
  withLora: () => noCheckpoint,
  withSettings: () => noCheckpoint,
  merged: () => noCheckpoint,
  control: () => noCheckpoint,
  controlled: () => noCheckpoint,
  imageSize: () => undefined,
  tensorShape: () => undefined,
  batchCapacity: () => Number.POSITIVE_INFINITY,
  budgetBytes: 1e9,
  memoryBytes: 1e9,
  isCached: () => false,
};

/** A document in short form: nodes as [id, type, params], edges as "a.out b.in". */
export function testWorkflow(
  nodes: readonly [string, string, WorkflowNode["params"]?][],
  edges: readonly string[],
): Workflow {
  return {
    fairlead: 1,
    nodes: nodes.map(([id, type, params]) => ({ id, type: `test/${type}`, params: params ?? {} })),
    edges: edges.map((text) => {
      const [from, to] = text.split(" ").map((end) => end.split("."));
      return { from: [from[0], from[1]], to: [to[0], to[1]] };
    }),
  };
}

/** The only step of a walk from 1 to 0; its noise is whatever it is shaped as. */
export const testCall: Call = {
  step: 0,
  steps: 1,
  sigma: 1,
  next: 0,
  sigmas: [1, 0],
  stage: 0,
  switches: {},
  noise: (like) => like,
  stream: () => (like) => like,
};
