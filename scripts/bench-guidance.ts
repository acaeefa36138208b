import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Workspace } from "../main/engine/workspace.ts";
import { fitLinear, measure, type Result } from "./guidance/measure.ts";
import { type Method, methodsOf, minSteps } from "./guidance/methods.ts";
import { promptsOf } from "./guidance/prompts.ts";
import { differenceOf, type Mean, meanOf, thresholdFor } from "./guidance/statistics.ts";

type Measure = Exclude<keyof Result, "cosines">;
const measures: readonly (readonly [Measure, digits: number, factor: number])[] = [
  ["accuracy", 1, 100],
  ["labels", 1, 100],
  ["clip", 2, 100],
  ["saturation", 3, 1],
  ["clipping", 2, 100],
  ["evaluations", 1, 1],
  ["seconds", 3, 1],
];
const reference = "cfg 4";
/** Share of the evaluations that adaptive guidance is to save: a fifth, and a little for other prompts than those it is tuned on. */
const savedShare = 0.22;

/**
 * Draws `count` prompts of the words of a model folder and compares the methods of these names (none = all) on them with
 * paired noise; prints lines of a Markdown table. What methods have to be fitted with is found on other prompts.
 */
export async function bench(
  model: string,
  count: number,
  named: readonly string[],
  print: (line: string) => void,
  progress: (line: string) => void,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-bench-"));
  const workspace = new Workspace({ embeddedModel: model, cacheFolder: null, cacheBudgetBytes: 1 << 24 });
  try {
    const drawn = promptsOf(model, 3 * count);
    const [prompts, tuning] = [drawn.slice(0, count), drawn.slice(count)];
    const plain = methodsOf(2, "").find(({ name }) => name === reference)!;
    const walks: (readonly number[])[] = [];
    for (const [i, prompt] of tuning.entries())
      walks.push((await measure(workspace, prompt, 50_000 + i, plain)).cosines);
    const threshold = thresholdFor(walks, savedShare, minSteps);
    print(`Adaptive guidance: threshold ${threshold.toFixed(4)}, chosen on ${tuning.length} other prompts.\n`);
    const coefficients = await fitLinear(workspace, tuning[0], folder);
    const all = methodsOf(threshold, coefficients);
    const wanted = named.length === 0 ? all : all.filter(({ name }) => named.includes(name));
    const needed = new Set([reference, ...wanted.flatMap(({ name, against = reference }) => [name, against])]);
    const methods = all.filter(({ name }) => needed.has(name));
    const results = new Map(methods.map(({ name }) => [name, [] as Result[]]));
    // Method by method within a prompt, so that the machine's moods fall on all methods alike.
    for (const [i, prompt] of prompts.entries()) {
      for (const method of methods) results.get(method.name)!.push(await measure(workspace, prompt, i, method));
      progress(`${i + 1} of ${count} prompts`);
    }
    for (const line of tablesOf(methods, results)) print(line);
  } finally {
    await workspace.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function* tablesOf(methods: readonly Method[], results: ReadonlyMap<string, readonly Result[]>): Iterable<string> {
  const column = (name: string, measure: Measure) => results.get(name)!.map((one) => one[measure]);
  yield* table("method", methods, (name, measure) => meanOf(column(name, measure)));
  const compared = methods.filter(({ name }) => name !== reference);
  for (const other of new Set(compared.map(({ against = reference }) => against))) {
    const own = compared.filter(({ against = reference }) => against === other);
    yield `\nDifference from ${other}, of pairs with the same prompt and noise:\n`;
    yield* table("method", own, (name, measure) => differenceOf(column(name, measure), column(other, measure)));
  }
}

function* table(title: string, methods: readonly Method[], cell: (name: string, measure: Measure) => Mean) {
  yield `| ${[title, ...measures.map(([name, , factor]) => (factor === 100 ? `${name} %` : name))].join(" | ")} |`;
  yield `|-${"|-:".repeat(measures.length)}|`;
  for (const { name } of methods) {
    const cells = measures.map(([measure, digits, factor]) => {
      const { mean, error } = cell(name, measure);
      return `${(mean * factor).toFixed(digits)} ± ${(error * factor).toFixed(digits)}`;
    });
    yield `| ${[name, ...cells].join(" | ")} |`;
  }
}
