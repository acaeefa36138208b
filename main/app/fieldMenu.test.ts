import { expect, test, vi } from "vitest";

vi.mock("electron", () => ({ Menu: {} }));
const { fieldMenu } = await import("./fieldMenu.ts");

const flags = { canUndo: false, canRedo: false, canCut: true, canCopy: true, canPaste: true, canDelete: true };
const editFlags = { ...flags, canSelectAll: true, canEditRichly: false };
const roles = (asked: Parameters<typeof fieldMenu>[0]) =>
  fieldMenu(asked).flatMap(({ role, enabled }) => (role === undefined ? [] : [`${role} ${enabled}`]));

test("a text field has a menu of its own, of what can be done to its text", () => {
  expect(roles({ isEditable: true, editFlags, selectionText: "word" })).toEqual([
    "undo false",
    "redo false",
    "cut true",
    "copy true",
    "paste true",
    "selectAll true",
  ]);
});

test("elsewhere only selected text has one", () => {
  expect(roles({ isEditable: false, editFlags, selectionText: "word" })).toEqual(["copy true"]);
  expect(roles({ isEditable: false, editFlags, selectionText: " " })).toEqual([]);
});
