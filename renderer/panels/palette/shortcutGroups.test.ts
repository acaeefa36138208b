import { expect, test } from "vitest";
import { command } from "../../state/command.ts";
import { shortcutGroups } from "./shortcutGroups.ts";

test("every command is listed exactly once, those of no group in the last", () => {
  const commands = ["align-left", "undo", "theme", "run"].map((id) => command(id, id, "", [], () => {}));
  const groups = shortcutGroups(commands).map(({ title, commands: own }) => [title, own.map(({ id }) => id)]);
  expect(groups.filter(([, ids]) => ids!.length > 0)).toEqual([
    ["Files and runs", ["run"]],
    ["Edit", ["undo"]],
    ["Arrange and more", ["align-left", "theme"]],
  ]);
});
