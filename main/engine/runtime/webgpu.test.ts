import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import { norm, sub } from "../../../shared/tensor/index.ts";
import type { Tensor } from "../../../shared/tensor/tensor.ts";
import { readNpy } from "../files/npy.ts";

const root = resolve(__dirname, "../../..");
const folder = mkdtempSync(join(tmpdir(), "fairlead-webgpu-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const edge = (text: string) => {
  const [from, to] = text.split(" ").map((end) => end.split("."));
  return { from, to };
};

/** Two evaluations of the embedded model: shaders of a software driver take seconds to compile. */
const workflow = {
  fairlead: 1,
  nodes: [
    { id: "model", type: "model/load" },
    { id: "prompt", type: "text/encode", params: { text: "a cat" } },
    { id: "denoiser", type: "denoiser/condition" },
    { id: "schedule", type: "sigmas/schedule", params: { schedule: "karras", steps: 2 } },
    { id: "noise", type: "noise/gaussian", params: { seed: 1 } },
    { id: "latent", type: "latent/empty" },
    { id: "sample", type: "sampler/sample" },
    { id: "out", type: "tensor/save", params: { name: "latent" } },
  ].map((node) => ({ params: {}, ...node })),
  edges: [
    "model.model prompt.model",
    "model.model denoiser.model",
    "prompt.conditioning denoiser.conditioning",
    "model.model schedule.model",
    "model.model latent.model",
    "denoiser.denoiser sample.denoiser",
    "schedule.sigmas sample.sigmas",
    "noise.noise sample.noise",
    "latent.latent sample.latent",
    "sample.latent out.tensor",
  ].map(edge),
};

/** Runs the workflow by the command line, in a process of its own: a driver is chosen when a process starts. */
function render(device: string, environment: Record<string, string>) {
  const file = join(folder, "two-steps.fairlead.json");
  writeFileSync(file, JSON.stringify(workflow));
  const { INIT_CWD: _, ...own } = process.env;
  const out = mkdtempSync(join(folder, `${device}-`));
  const args = [join(root, "scripts/fairlead.mjs"), "run", file, "--device", device, "--out", out];
  const env = { ...own, XDG_CACHE_HOME: join(folder, "cache"), ...environment };
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, env, encoding: "utf8" });
  expect(status, stderr).toBe(0);
  return { latent: readNpy(readFileSync(join(out, "latent.npy"))) as Tensor, stderr };
}

test("WebGPU on a software driver gives what the cpu gives", { timeout: 400_000 }, (context) => {
  const mesa = spawnSync(process.execPath, [join(root, "scripts/mesa.mjs")], { encoding: "utf8" });
  if (mesa.status !== 0) context.skip(mesa.stderr.trim());
  const gpu = render("webgpu", JSON.parse(mesa.stdout) as Record<string, string>);
  expect(gpu.stderr).not.toContain("webgpu is not used");
  const cpu = render("cpu", {});
  expect(gpu.latent.shape).toEqual([1, 4, 16, 16]);
  expect(norm(sub(gpu.latent, cpu.latent)).data[0] / norm(cpu.latent).data[0]).toBeLessThan(1e-3);
  expect(gpu.latent.data, "the run was not on WebGPU").not.toEqual(cpu.latent.data);
});

test("a device without a driver falls back to the cpu and says so", { timeout: 120_000 }, () => {
  const none = { VK_ICD_FILENAMES: "/nowhere.json", VK_DRIVER_FILES: "/nowhere.json" };
  const { stderr, latent } = render("webgpu", none);
  expect(stderr).toContain("webgpu is not used");
  expect(latent.data).toEqual(render("cpu", {}).latent.data);
});
