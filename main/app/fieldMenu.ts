import { type ContextMenuParams, Menu, type MenuItemConstructorOptions, type WebContents } from "electron";

type Asked = Pick<ContextMenuParams, "isEditable" | "editFlags" | "selectionText">;

/** Entries of the menu of a text field, or of text that is selected; none anywhere else. */
export function fieldMenu({ isEditable, editFlags, selectionText }: Asked): MenuItemConstructorOptions[] {
  const copy: MenuItemConstructorOptions = { role: "copy", enabled: editFlags.canCopy };
  if (!isEditable) return selectionText.trim() === "" ? [] : [copy];
  return [
    { role: "undo", enabled: editFlags.canUndo },
    { role: "redo", enabled: editFlags.canRedo },
    { type: "separator" },
    { role: "cut", enabled: editFlags.canCut },
    copy,
    { role: "paste", enabled: editFlags.canPaste },
    { type: "separator" },
    { role: "selectAll", enabled: editFlags.canSelectAll },
  ];
}

/** Shows the menu of text fields, which acts on their text only: an application without menus has none of its own. */
export function offerFieldMenu(contents: WebContents): void {
  contents.on("context-menu", (_, asked) => {
    const entries = fieldMenu(asked);
    if (entries.length > 0) Menu.buildFromTemplate(entries).popup();
  });
}
