import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ParamValue } from "../../shared/node/params.ts";
import { isFloatTensor } from "../../shared/tensor/tensor.ts";
import type { Workflow } from "../../shared/workflow/workflow.ts";
import { readNpy, writeNpy } from "./files/npy.ts";
import { Workspace } from "./workspace.ts";

interface Reference {
  readonly components: ParamValue;
  readonly sigmas: readonly number[];
  /** [6, 2] */
  readonly noise: readonly number[];
  readonly methods: Readonly<Record<string, Walk>>;
}

/** Guidance by a method, and where it leads the noise. */
interface Walk {
  readonly type: string;
  readonly params: Readonly<Record<string, ParamValue>>;
  /** By port: a label ("" = all) or another method's name. */
  readonly inputs: Readonly<Record<string, string | readonly string[]>>;
  readonly end: readonly number[];
}

const file = join(__dirname, "fixtures/guidance.json");
const { components, sigmas, noise, methods } = JSON.parse(readFileSync(file, "utf8")) as Reference;
let folder = "";
let workspace: Workspace;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-reference-"));
  workspace = new Workspace({ embeddedModel: folder, cacheFolder: null });
  writeFileSync(join(folder, "noise.npy"), writeNpy({ data: Float64Array.from(noise), shape: [6, 2, 1, 1] }));
});

afterAll(async () => {
  await workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

/** One document with a walk for each method. */
function documentOf(): Workflow {
  const nodes: [string, string, Readonly<Record<string, ParamValue>>?][] = [
    ["bed", "model/gaussian-mixture", { components }],
    ["noise", "noise/tensor", { path: join(folder, "noise.npy") }],
    ["latent", "latent/empty", { batch: 6 }],
    ["sigmas", "sigmas/list", { values: [...sigmas] }],
  ];
  const links = ["bed.model latent.model"];
  for (const label of ["a", "b", "c", ""]) {
    nodes.push([`text-${label}`, "text/encode", { text: label }], [`side-${label}`, "denoiser/condition"]);
    links.push(`bed.model text-${label}.model`, `bed.model side-${label}.model`);
    links.push(`text-${label}.conditioning side-${label}.conditioning`);
  }
  for (const [name, { type, params, inputs }] of Object.entries(methods)) {
    nodes.push([name, type, params], [`walk-${name}`, "sampler/sample", { sampler: "euler", start: "sigma" }]);
    nodes.push([`save-${name}`, "tensor/save", { name }]);
    for (const [port, sources] of Object.entries(inputs))
      for (const source of [sources].flat())
        links.push(`${source in methods ? source : `side-${source}`}.denoiser ${name}.${port}`);
    for (const port of ["sigmas", "noise", "latent"]) links.push(`${port}.${port} walk-${name}.${port}`);
    links.push(`${name}.denoiser walk-${name}.denoiser`, `walk-${name}.latent save-${name}.tensor`);
  }
  const edges = links.map((text) => {
    const [from, to] = text.split(" ").map((end) => end.split(".") as [string, string]);
    return { from, to };
  });
  return { fairlead: 1, nodes: nodes.map(([id, type, params = {}]) => ({ id, type, params })), edges };
}

test("every method's walk ends where an implementation in NumPy ends", async () => {
  await workspace.run(documentOf(), {
    ...{ baseFolder: null, device: "cpu", outputFolder: folder, previews: false },
    ...{ emit: () => {}, signal: new AbortController().signal },
  });
  for (const [name, { end }] of Object.entries(methods)) {
    const found = readNpy(readFileSync(join(folder, `${name}.npy`)));
    if (!isFloatTensor(found)) throw new Error("whole numbers");
    expect(found.data).toHaveLength(end.length);
    for (const [i, value] of end.entries()) expect(Math.abs(found.data[i] - value), name).toBeLessThan(1e-9);
  }
});
