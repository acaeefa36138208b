// `npm run bench`: timings for people. Ratios within one run; machines are noisy, so nothing here passes or fails.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "./build.mjs";
import { root } from "./paths.mjs";

await build("cli", { log: console.log });
const program = join(root, "out/cli/fairlead.cjs");
const hello = join(root, "assets/workflows/hello.fairlead.json");
const folder = mkdtempSync(join(tmpdir(), "fairlead-bench-"));

function fairlead(...args) {
  return execFileSync(process.execPath, [program, ...args], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** The done event of a run of hello in a process of its own. */
function run(...sets) {
  const out = fairlead(
    "run",
    hello,
    "--json",
    "--device",
    "cpu",
    "--out",
    join(folder, "out"),
    ...sets.flatMap((set) => ["--set", set]),
  );
  return JSON.parse(out.trim().split("\n").at(-1));
}

function table(title, rows) {
  console.log(`\n${title}`);
  for (const row of rows)
    console.log(`  ${row.map((cell, i) => (i === 0 ? cell.padEnd(26) : String(cell).padStart(12))).join("")}`);
}

const ms = (value) => `${value.toFixed(0)} ms`;

function share() {
  const rows = [["images", "wall", "in runtime", "outside"]];
  for (const batch of [1, 8, 64]) {
    const tries = Array.from({ length: batch === 64 ? 1 : 3 }, () => run(`latent.batch=${batch}`));
    const best = tries.reduce((a, b) => (a.modelMs / a.wallMs > b.modelMs / b.wallMs ? a : b));
    rows.push([
      String(batch),
      ms(best.wallMs),
      ms(best.modelMs),
      `${((1 - best.modelMs / best.wallMs) * 100).toFixed(1)} %`,
    ]);
  }
  table("hello, 20 steps, new process each (best of three)", rows);
}

/** What the Scope measures at a step of hello, beside what the step takes. */
async function measuring() {
  const { build: bundle } = await import("vite");
  const entry = join(root, "shared/tensor/measure.ts");
  const lib = { entry, formats: ["es"], fileName: "measure" };
  await bundle({ configFile: false, logLevel: "error", build: { lib, outDir: folder, emptyOutDir: false } });
  const { measureGuidance, measureNorm, measureDifferenceMap } = await import(join(folder, "measure.mjs"));
  const rows = [["images", "measuring", "step", "share"]];
  for (const batch of [1, 8, 64]) {
    const shape = [batch, 4, 16, 16];
    const some = () => ({ data: Float32Array.from({ length: batch * 1024 }, Math.random), shape });
    const [x, strong, weak, guided] = [some(), some(), some(), some()];
    const tries = Array.from({ length: 200 }, () =>
      time(() => {
        measureGuidance(x, strong, weak, guided);
        measureNorm(guided);
        measureDifferenceMap(strong, weak);
      }),
    );
    const taken = tries.sort((a, b) => a - b)[100];
    const step = run(`latent.batch=${batch}`).wallMs / 20;
    rows.push([String(batch), `${(taken * 1000).toFixed(0)} µs`, ms(step), `${((taken / step) * 100).toFixed(2)} %`]);
  }
  table("Scope, a step of hello (median of 200)", rows);
}

/** A chain of guidance nodes over one model, as long as asked. */
function chain(length) {
  const nodes = [
    ["m", "model/load"],
    ["sigmas", "sigmas/schedule"],
    ["noise", "noise/gaussian"],
    ["latent", "latent/empty"],
    ["sample", "sampler/sample"],
    ["decode", "latent/decode"],
  ];
  const links = [
    "m.model sigmas.model",
    "m.model latent.model",
    "m.model decode.model",
    "sigmas.sigmas sample.sigmas",
    "noise.noise sample.noise",
    "latent.latent sample.latent",
    "sample.latent decode.latent",
  ];
  const count = Math.floor((length - nodes.length) / 3);
  for (let i = 0; i < count; i++) {
    nodes.push([`t${i}`, "text/encode"], [`d${i}`, "denoiser/condition"], [`g${i}`, "guidance/cfg"]);
    links.push(
      `m.model t${i}.model`,
      `m.model d${i}.model`,
      `t${i}.conditioning d${i}.conditioning`,
      `d${i}.denoiser g${i}.strong`,
      `${i === 0 ? "d0" : `g${i - 1}`}.denoiser g${i}.weak`,
    );
  }
  links.push(`g${count - 1}.denoiser sample.denoiser`);
  const edges = links.map((link) => link.split(" ").map((end) => end.split("."))).map(([from, to]) => ({ from, to }));
  const path = join(folder, `chain-${length}.fairlead.json`);
  writeFileSync(path, JSON.stringify({ fairlead: 1, nodes: nodes.map(([id, type]) => ({ id, type })), edges }));
  return path;
}

function planning() {
  const empty = time(() => fairlead("--version"));
  const rows = [["nodes", "whole process", "beyond start"]];
  for (const length of [1250, 2500, 5000, 10_000, 20_000]) {
    const path = chain(length);
    const taken = Math.min(...[1, 2, 3].map(() => time(() => fairlead("plan", path, "--json", "--device", "cpu"))));
    rows.push([String(length), ms(taken), ms(taken - empty)]);
  }
  table(`fairlead plan (start of a process alone: ${ms(empty)})`, rows);
}

/** The value and the gradient of the embedded networks by their noisy input, over the value alone. */
async function gradients() {
  const { build: bundle } = await import("vite");
  const entry = join(root, "main/engine/grad/check.ts");
  const lib = { entry, formats: ["es"], fileName: "check" };
  const rollupOptions = { external: [/^node:/, "onnxruntime-node"] };
  const outDir = join(root, "out/bench");
  await bundle({ configFile: false, logLevel: "error", build: { lib, outDir, rollupOptions, target: "node20" } });
  const { checkGradient } = await import(join(outDir, "check.mjs"));
  const models = join(root, "assets/models/emoji-scenes");
  const rows = [["network", "batch", "value", "with slope", "ratio"]];
  for (const [name, file, of, wrt] of [
    ["UNet", "unet/model.onnx", "out_sample", "sample"],
    ["decoder", "vae_decoder/model.onnx", "sample", "latent_sample"],
  ]) {
    for (const batch of [1, 4]) {
      const request = { of, wrt: [wrt], directions: 0, batch, shapes: new Map() };
      const tries = [];
      for (let i = 0; i < 3; i++) tries.push(await checkGradient(join(models, file), request));
      const [value, both] = ["forwardMs", "gradientMs"].map((key) => Math.min(...tries.map((one) => one[key])));
      rows.push([name, String(batch), ms(value), ms(both), (both / value).toFixed(2)]);
    }
  }
  rmSync(outDir, { recursive: true, force: true });
  table("Gradient by the noisy input, on the CPU (best of nine runs; target: 3.5 times)", rows);
}

function time(work) {
  const started = performance.now();
  work();
  return performance.now() - started;
}

console.log(
  `Fairlead ${JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version}, Node ${process.versions.node}`,
);
share();
await measuring();
await gradients();
planning();
rmSync(folder, { recursive: true, force: true });
