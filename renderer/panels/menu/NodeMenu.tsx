import type { Command } from "../../state/command.ts";
import { commandOf } from "../../state/commands.ts";
import { useActive } from "../../state/documents.ts";
import { MenuItem, MenuSeparator } from "../../ui/Menu.tsx";
import { commandIcon } from "../palette/commandIcons.ts";
import { ColourMenu } from "./ColourMenu.tsx";
import { MenuAt } from "./MenuAt.tsx";
import { useNodeMenu } from "./menu.ts";

const ofSelection = [
  ["run"],
  ["duplicate", "copy", "cut"],
  ["bypass", "mute", "collapse", "pin", "rename"],
  ["colour"],
  ["delete"],
] as const;
const ofLink = [["delete"]] as const;
const ofCanvas = [
  ["add-node", "paste"],
  ["select-all", "fit", "minimap"],
] as const;

/** The context menu of the selection, or of the canvas if nothing is selected. */
export function NodeMenu() {
  const { at, close } = useNodeMenu();
  const hasNodes = useActive(({ selection }) => selection.length > 0) ?? false;
  const hasLink = useActive(({ selectedEdge }) => selectedEdge !== null) ?? false;
  if (at === null) return null;
  const groups: readonly (readonly string[])[] = hasNodes ? ofSelection : hasLink ? ofLink : ofCanvas;
  return (
    <MenuAt at={at} label={hasNodes ? "Selection" : hasLink ? "Link" : "Canvas"} onClose={close}>
      {groups.map((group, index) => [
        index > 0 && <MenuSeparator key={`before ${group[0]}`} />,
        ...group.map((id) => (id === "colour" ? <ColourMenu key={id} /> : <Row key={id} command={commandOf(id)} />)),
      ])}
    </MenuAt>
  );
}

function Row({ command }: { readonly command: Command | undefined }) {
  if (command === undefined) return null;
  const { id, label, icon, keys, when, run } = command;
  return (
    <MenuItem
      icon={commandIcon(icon)}
      label={label}
      keys={keys[0]?.replace("Delete", "Del")}
      danger={id === "delete"}
      disabled={!when()}
      onSelect={run}
    />
  );
}
