import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import { writeNpy } from "../../main/engine/files/npy.ts";
import { Workspace } from "../../main/engine/workspace.ts";
import { documentOf } from "./document.ts";
import { methodsOf } from "./methods.ts";
import { promptsOf } from "./prompts.ts";

const model = resolve(__dirname, "../../assets/models/emoji-scenes");
const folder = mkdtempSync(join(tmpdir(), "fairlead-methods-"));
const coefficients = join(folder, "coefficients.npy");
writeFileSync(coefficients, writeNpy({ data: new Float32Array(20 * 7), shape: [20, 7] }));
const workspace = new Workspace({ embeddedModel: model, cacheFolder: null });
const prompts = promptsOf(model, 64);

afterAll(async () => {
  await workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

test("all prompts differ, and the first are the same however many are drawn", () => {
  expect(new Set(promptsOf(model, 128).map(({ text }) => text)).size).toBe(128);
  expect(promptsOf(model, 128).slice(0, 64)).toEqual(prompts);
});

test.each(methodsOf(0.99, coefficients).map((method) => [method.name, method] as const))(
  "%s is a document that can run",
  async (_name, method) => {
    const { plan, diagnostics } = await workspace.compile(documentOf(prompts[3], 0, method), {
      baseFolder: null,
      device: "cpu",
    });
    expect(diagnostics).toEqual([]);
    expect(plan!.cost.nfe).toBeGreaterThanOrEqual(20);
  },
);
