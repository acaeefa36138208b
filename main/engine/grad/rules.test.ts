import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expanders } from "./expand.ts";
import { gradientRules } from "./rules.ts";
import { activationCases } from "./testing/cases/activations.ts";
import { convolutionCases } from "./testing/cases/convolution.ts";
import { elementwiseCases } from "./testing/cases/elementwise.ts";
import { expansionCases } from "./testing/cases/expansion.ts";
import { indexingCases } from "./testing/cases/indexing.ts";
import { linearCases } from "./testing/cases/linear.ts";
import { movementCases } from "./testing/cases/movement.ts";
import { normalizationCases } from "./testing/cases/normalization.ts";
import { olderCases } from "./testing/cases/older.ts";
import { poolingCases } from "./testing/cases/pooling.ts";
import { reductionCases } from "./testing/cases/reduction.ts";
import { resizeCases } from "./testing/cases/resize.ts";
import { samplingCases } from "./testing/cases/sampling.ts";
import { checkCase } from "./testing/checkRule.ts";
import type { RuleCase } from "./testing/ruleCase.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-rules-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tables = {
  activationCases,
  convolutionCases,
  elementwiseCases,
  expansionCases,
  indexingCases,
  linearCases,
  movementCases,
  normalizationCases,
  olderCases,
  poolingCases,
  reductionCases,
  resizeCases,
  samplingCases,
};

for (const [name, cases] of Object.entries(tables)) {
  describe(name, () => {
    for (const one of cases) {
      test(`${one.op}${one.what ? `: ${one.what}` : ""}`, () => checkCase(folder, one));
    }
  });
}

const ofDomain = ({ op, domain }: RuleCase) => (domain ? `${domain}.${op}` : op);

test("every decomposition has a case", () => {
  const tested = new Set(Object.values(tables).flatMap((cases) => cases.map(ofDomain)));
  expect([...expanders.keys()].filter((op) => !tested.has(op))).toEqual([]);
});

test("every rule has a case", () => {
  const tested = new Set(Object.values(tables).flatMap((cases) => cases.map(({ op }) => op)));
  const withSlope = [...gradientRules].filter(([, { about }]) => !about.startsWith("0:")).map(([op]) => op);
  expect(withSlope.filter((op) => !tested.has(op))).toEqual([]);
});
