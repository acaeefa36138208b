import { expect, test } from "vitest";
import { catalogByType } from "../../state/testCatalog.ts";
import { sharedParams } from "./shared.ts";

const node = (id: string, type: string, params = {}) => ({ id, type, params });

test("nodes share parameters of one name and kind, and it shows whether their values differ", () => {
  const nodes = [node("a", "guidance/cfg", { scale: 7 }), node("b", "guidance/cfg", { mode: "a" })];
  const shared = sharedParams(nodes, catalogByType);
  expect(shared.map(({ name, value, isSame }) => [name, value, isSame])).toEqual([
    ["scale", 7, false],
    ["mode", "a", true],
  ]);
  expect(sharedParams([...nodes, node("c", "guidance/rescale")], catalogByType)).toEqual([]);
  expect(sharedParams([node("c", "unknown"), ...nodes], catalogByType)).toEqual([]);
});
