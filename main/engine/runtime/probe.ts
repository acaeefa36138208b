import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSession, type ProviderName } from "./session.ts";
import { tinyGraph } from "./tinyGraph.ts";

/** Tries one provider on a small graph and reports to the parent: { ok, reason }. A crash here harms nothing. */
async function main(provider: ProviderName): Promise<{ ok: boolean; reason?: string }> {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-probe-"));
  try {
    const path = join(folder, "model.onnx");
    writeFileSync(path, tinyGraph());
    const session = await openSession(path, { provider, threads: 1 });
    const x = { data: Float32Array.of(1, 2, 3, 4), shape: [1, 4] };
    const { y } = await session.run({ x });
    const right = y.data.length === 4 && [2, 4, 6, 8].every((value, i) => Math.abs(Number(y.data[i]) - value) < 1e-3);
    await session.release();
    return right ? { ok: true } : { ok: false, reason: `${provider} gives wrong results.` };
  } catch (error) {
    return { ok: false, reason: reasonOf(error as Error) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The part of a native message that a person can use: without our file's name and the place in ONNX Runtime's source. */
function reasonOf({ message }: Error): string {
  return message.replace(/^.*?: /, "").replace(/^\/\S+\.cc:\d+ .* was false\. /, "");
}

void main(process.argv[2] as ProviderName).then((result) => {
  process.send?.(result, () => process.exit(0));
});
