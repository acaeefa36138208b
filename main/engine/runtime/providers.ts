import { fork } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DeviceName, DeviceReport } from "../../../shared/plan.ts";
import type { ProviderName } from "./session.ts";

const probeLimitMs = 30_000;
/** What a probe found holds until the program or the runtime changes. */
const probeVersion = "onnxruntime-node 1.30.0, 1";

export type ProbeResult = { readonly ok: boolean; readonly reason?: string };

/** Providers that the runtime's build for this platform can have, best first; cpu last. */
export function candidates(platform: string = process.platform): ProviderName[] {
  if (platform === "win32") return ["webgpu", "dml", "cpu"];
  if (platform === "darwin") return ["webgpu", "coreml", "cpu"];
  return ["cuda", "webgpu", "cpu"];
}

/** Chooses the provider for a requested device: probes in a disposable process, falls back to cpu and says why. */
export async function chooseProvider(requested: DeviceName, cacheFolder: string | null): Promise<DeviceReport> {
  const tried: { device: ProviderName; ok: boolean; reason?: string }[] = [];
  const order = requested === "auto" ? candidates() : [requested, "cpu" as const];
  for (const device of new Set(order)) {
    const result = device === "cpu" ? { ok: true } : await probe(device, cacheFolder);
    tried.push({ device, ...result });
    if (result.ok) return { requested, used: device, tried };
  }
  return { requested, used: "cpu", tried };
}

/** Whether a provider works here; remembered in memory and, if there is a folder, on disk. */
export async function probe(device: ProviderName, cacheFolder: string | null): Promise<ProbeResult> {
  if (device === "cpu") return { ok: true };
  if (!candidates().includes(device)) return { ok: false, reason: `${device} is not part of this build.` };
  const known = await recall(cacheFolder);
  const key = probeKey(device);
  if (known[key]) return known[key];
  const result = await runProbe(device);
  known[key] = result;
  if (cacheFolder !== null) await store(cacheFolder, known);
  return result;
}

/** The driver in use may change with the environment, so it is part of the key. */
function probeKey(device: ProviderName): string {
  return [
    probeVersion,
    device,
    process.versions.node,
    process.env.VK_ICD_FILENAMES ?? "",
    process.env.CUDA_VISIBLE_DEVICES ?? "",
  ].join("|");
}

let memory: Record<string, ProbeResult> | null = null;

async function recall(cacheFolder: string | null): Promise<Record<string, ProbeResult>> {
  if (memory) return memory;
  memory = {};
  if (cacheFolder === null) return memory;
  const text = await readFile(join(cacheFolder, "providers.json"), "utf8").catch(() => "{}");
  try {
    memory = JSON.parse(text) as Record<string, ProbeResult>;
  } catch {
    // A damaged memory is no reason not to start: probe again.
  }
  return memory ?? {};
}

/** Not being able to remember costs the next start a probe, nothing else. */
async function store(cacheFolder: string, known: Record<string, ProbeResult>): Promise<void> {
  try {
    await mkdir(cacheFolder, { recursive: true });
    await writeFile(join(cacheFolder, "providers.json"), JSON.stringify(known));
  } catch {
    return;
  }
}

/** The probe is a program of its own beside each bundle, since a broken driver may take its process down. */
function probeProgram(): string | null {
  return ["probe.cjs", "../main/probe.cjs"].map((name) => join(__dirname, name)).find(existsSync) ?? null;
}

function runProbe(device: ProviderName): Promise<ProbeResult> {
  const program = probeProgram();
  if (!program) return Promise.resolve({ ok: false, reason: "The probe program is missing." });
  return new Promise((resolve) => {
    const child = fork(program, [device], {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" },
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), probeLimitMs);
    let result: ProbeResult = { ok: false, reason: `${device} ended the probe without an answer.` };
    child.on("message", (message) => {
      result = message as ProbeResult;
    });
    child.on("error", (error) => {
      result = { ok: false, reason: error.message };
    });
    child.on("close", () => {
      clearTimeout(timer);
      resolve(result);
    });
  });
}
