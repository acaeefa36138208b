import { expect, test } from "vitest";
import { command } from "../../state/command.ts";
import { shortcutGroups } from "./shortcutGroups.ts";

test("every command with keys is listed exactly once", () => {
  const commands = [
    command("undo", "Undo", "", ["Ctrl+Z"], () => {}),
    command("align-left", "Align left", "", ["Alt+A"], () => {}),
    command("theme", "Theme", "", [], () => {}),
  ];
  const listed = shortcutGroups(commands).flatMap(({ title, shortcuts }) =>
    title === "Pointer" ? [] : shortcuts.map(({ label, keys }) => `${label}: ${keys.join(" ")}`),
  );
  expect(listed).toEqual(["Undo: Ctrl Z", "Align left: Alt A"]);
});
