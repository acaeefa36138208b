import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { nodesByType } from "../../nodes/catalog.ts";
import type { Call, Denoiser } from "../../shared/denoiser.ts";
import type { Model } from "../../shared/model.ts";
import type { ParamValue } from "../../shared/node/params.ts";
import { gaussianSource } from "../../shared/random/gaussianSource.ts";
import { eulerStep } from "../../shared/sampling/steps.ts";
import { scale } from "../../shared/tensor/index.ts";
import { isFloatTensor, type Tensor } from "../../shared/tensor/tensor.ts";
import type { Workflow } from "../../shared/workflow/workflow.ts";
import { completeParams, paramArguments } from "./compile/arguments.ts";
import { readNpy } from "./files/npy.ts";
import { Workspace } from "./workspace.ts";

type Params = Readonly<Record<string, ParamValue>>;
type Method = readonly [name: string, params: Params];

/** Methods that make guidance of two sides, and wrappers of what they made. */
const pairs: readonly Method[] = [
  ["cfg", { scale: 3 }],
  ["apg", { scale: 5, norm: 1, momentum: -0.5, eta: 0.2 }],
  ["adaptive", { scale: 3, threshold: 0.95 }],
  ["tangential", { scale: 3, space: "eps" }],
  ["cfg-zero-star", { scale: 3, zeroInitSteps: 0, space: "flow" }],
  ["magnitude-aware", { scale: 5, alpha: 1 }],
  ["frequency-decoupled", { scaleLow: 2, scaleHigh: 5 }],
  ["fresca", { scale: 3, low: 0.7, cutoff: 2 }],
  ["mahiro", { scale: 3 }],
  ["mimic", { scale: 8, mimicScale: 3 }],
];
const wrappers: readonly Method[] = [
  ["interval", { sigmaLow: 0.3, sigmaHigh: 3 }],
  ["rescale", { amount: 0.6 }],
  ["dynamic-threshold", { quantile: 0.9, bound: 1.5 }],
  ["cfg-norm", {}],
  ["epsilon-scaling", { factor: 1.02 }],
];
/** A scale that leaves the weak side without weight, then guides, then leaves the strong side without weight. */
const changing = {
  over: "fraction",
  interpolation: "step",
  points: [
    [0, 1],
    [0.3, 4],
    [0.8, 0],
  ],
} as const;
const sigmas = [8, 4, 2, 1, 0.5, 0.2, 0];
const bed = { size: 4 };
let folder = "";
let workspace: Workspace;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-chains-"));
  workspace = new Workspace({ embeddedModel: folder, cacheFolder: null });
});

afterAll(async () => {
  await workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

const portsOf = (name: string) => (name === "interval" ? ["inside", "outside"] : ["denoiser", "strong"]);

/** A document that walks a random field from left against all, guided by a method in a wrapper. */
function documentOf([pair, pairParams]: Method, [wrapper, wrapperParams]: Method): Workflow {
  const nodes: [string, string, Params][] = [
    ["bed", "model/random-field", bed],
    ["left", "text/encode", { text: "left" }],
    ["all", "text/encode", { text: "" }],
    ["strong", "denoiser/condition", {}],
    ["weak", "denoiser/condition", {}],
    ["guide", `guidance/${pair}`, pairParams],
    ["wrap", `guidance/${wrapper}`, wrapperParams],
    ["sigmas", "sigmas/list", { values: sigmas }],
    ["noise", "noise/gaussian", { seed: 4 }],
    ["latent", "latent/empty", { width: 4, height: 4, batch: 2 }],
    ["sample", "sampler/sample", { sampler: "euler" }],
    ["save", "tensor/save", { name: "end" }],
  ];
  const [main, reference] = portsOf(wrapper);
  const links = ["left", "all", "strong", "weak", "latent"].map((id) => `bed.model ${id}.model`);
  links.push("left.conditioning strong.conditioning", "all.conditioning weak.conditioning");
  links.push("strong.denoiser guide.strong", "weak.denoiser guide.weak", `guide.denoiser wrap.${main}`);
  if (reference in nodesByType.get(`guidance/${wrapper}`)!.inputs) links.push(`strong.denoiser wrap.${reference}`);
  links.push("wrap.denoiser sample.denoiser", "sigmas.sigmas sample.sigmas", "noise.noise sample.noise");
  links.push("latent.latent sample.latent", "sample.latent save.tensor");
  const edges = links.map((text) => {
    const [from, to] = text.split(" ").map((end) => end.split(".") as [string, string]);
    return { from, to };
  });
  return { fairlead: 1, nodes: nodes.map(([id, type, params]) => ({ id, type, params })), edges };
}

/** A method built without the engine. */
function built([name, params]: Method, inputs: Record<string, Denoiser>): Denoiser {
  const node = nodesByType.get(`guidance/${name}`)!;
  const args = paramArguments(node, completeParams(node, params), {});
  const { denoiser } = node.build!(inputs, args, {} as never) as { denoiser: Denoiser };
  return Object.assign((x: Tensor, sigma: number, call: Call) => denoiser(x, sigma, call), { native: "x0" as const });
}

async function byHand(pair: Method, wrapper: Method): Promise<Tensor> {
  const field = nodesByType.get("model/random-field")!;
  const args = paramArguments(field, completeParams(field, bed), {});
  const model = field.build!({}, args, { evaluated: () => {} } as never).model as Model;
  const [strong, weak] = await Promise.all(
    ["left", ""].map(async (label) => model.denoiser(await model.encodeText(label))),
  );
  const [main, reference] = portsOf(wrapper[0]);
  const denoiser = built(wrapper, { [main]: built(pair, { strong, weak }), [reference]: strong });
  const noise = gaussianSource({ seed: 4n, generator: "philox", perSample: false });
  let x = scale(noise.initial([2, 1, 4, 4], "float64"), sigmas[0]);
  for (const [step, sigma] of sigmas.slice(0, -1).entries()) {
    const next = sigmas[step + 1];
    const call = { step, steps: sigmas.length - 1, sigma, next, sigmas, stage: 0, switches: {} };
    const denoised = await denoiser(x, sigma, { ...call, noise: (like) => like, stream: () => (like) => like });
    x = eulerStep(x, denoised, sigma, next);
  }
  return x;
}

const changed = pairs.map(([name, params]): Method => {
  const scales = Object.keys(params).filter((param) => /^scale/.test(param));
  return [name, { ...params, ...Object.fromEntries(scales.map((param) => [param, changing])) }];
});

test.each(
  [...pairs, ...changed].flatMap((pair) => wrappers.map((wrapper) => [pair[0], wrapper[0], pair, wrapper] as const)),
)(
  "%s in %s gives in a graph what it gives by hand, and costs what was planned",
  async (_pair, _wrapper, pair, wrapper) => {
    const workflow = documentOf(pair, wrapper);
    const options = { baseFolder: null, device: "cpu" } as const;
    const { plan } = await workspace.compile(workflow, options);
    const paths: string[] = [];
    const done = await workspace.run(workflow, {
      ...options,
      outputFolder: folder,
      emit: (event) => void (event.event === "output" && "path" in event && paths.push(event.path as string)),
      signal: new AbortController().signal,
      previews: false,
    });
    const end = readNpy(readFileSync(paths[0]));
    const expected = await byHand(pair, wrapper);
    expect(end.shape).toEqual(expected.shape);
    if (!isFloatTensor(end)) throw new Error("whole numbers");
    for (const [i, value] of expected.data.entries()) expect(end.data[i]).toBeCloseTo(value, 12);
    if (plan!.cost.upperBound) expect(done.nfe).toBeLessThanOrEqual(plan!.cost.nfe);
    else expect(done.nfe).toBe(plan!.cost.nfe);
  },
);
