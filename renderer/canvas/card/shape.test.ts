import { expect, test } from "vitest";
import { param, seedMode } from "../../../shared/node/params.ts";
import { port } from "../../../shared/node/ports.ts";
import { cardParams, portRows } from "./shape.ts";

test("the i-th input and the i-th output share a row", () => {
  const rows = portRows({
    inputs: { strong: port.denoiser("a"), weak: port.denoiser("b") },
    outputs: { denoiser: port.denoiser("c") },
  });
  expect(rows.map(({ input, output }) => [input?.[0], output?.[0]])).toEqual([
    ["strong", "denoiser"],
    ["weak", undefined],
  ]);
});

test("a card hides what is not for it, what does not apply, and the mode of a seed", () => {
  const params = {
    seed: param.seed({ default: 0, mode: "seedMode", about: "" }),
    seedMode: seedMode(),
    kind: param.select({ default: "a", options: [{ value: "a" }, { value: "b" }], about: "" }),
    power: param.number({ default: 1, about: "", visibleIf: { param: "kind", is: ["b"] } }),
    hidden: param.number({ default: 1, about: "", onCard: false }),
  };
  const names = (values: Record<string, string>) => cardParams(params, values).map(([name]) => name);
  expect(names({})).toEqual(["seed", "kind"]);
  expect(names({ kind: "b" })).toEqual(["seed", "kind", "power"]);
});
