import { LayoutPanelLeft } from "lucide-react";
import { keysOf } from "../../state/bindings.ts";
import type { Command } from "../../state/command.ts";
import { commandOf } from "../../state/commands.ts";
import { useActive } from "../../state/documents.ts";
import { MenuItem, MenuSeparator, SubMenu } from "../../ui/Menu.tsx";
import { commandIcon } from "../palette/commandIcons.ts";
import { ColourMenu } from "./ColourMenu.tsx";
import { MenuAt } from "./MenuAt.tsx";
import { useNodeMenu } from "./menu.ts";

const ofSelection = [
  ["run"],
  ["duplicate", "duplicate-linked", "copy", "copy-linked", "cut"],
  ["bypass", "mute", "collapse", "pin", "rename", "replace"],
  ["pack", "enter-subgraph", "unpack", "make-unique", "keep-subgraph"],
  ["fit-selection", "arrange", "colour"],
  ["delete"],
] as const;
const ofLink = [["insert", "straighten"], ["delete"]] as const;
const ofCanvas = [
  ["add-node", "paste"],
  ["leave-subgraph"],
  ["layout", "select-all", "fit", "minimap", "snap"],
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
        ...group.map((id) => <Entry key={id} id={id} />),
      ])}
    </MenuAt>
  );
}

/** Only for some selections: not even shown for others. */
const rare = new Set(["enter-subgraph", "unpack", "make-unique", "keep-subgraph", "leave-subgraph"]);

const arrangements = ["align-left", "align-centre", "align-right", "align-top", "align-middle", "align-bottom"];
const distances = ["distribute-x", "distribute-y"];

function Entry({ id }: { readonly id: string }) {
  if (id === "colour") return <ColourMenu />;
  if (id !== "arrange") return <Row command={commandOf(id)} />;
  return (
    <SubMenu icon={LayoutPanelLeft} label="Arrange" disabled={false}>
      <Row command={commandOf("layout")} />
      <MenuSeparator />
      {arrangements.map((one) => (
        <Row key={one} command={commandOf(one)} />
      ))}
      <MenuSeparator />
      {distances.map((one) => (
        <Row key={one} command={commandOf(one)} />
      ))}
    </SubMenu>
  );
}

function Row({ command }: { readonly command: Command | undefined }) {
  if (command === undefined || (rare.has(command.id) && !command.when())) return null;
  const { id, label, icon, when, run } = command;
  return (
    <MenuItem
      icon={commandIcon(icon)}
      label={label}
      keys={keysOf(id)[0]?.replace("Delete", "Del")}
      danger={id === "delete"}
      disabled={!when()}
      // After the menu has given the focus back: what is run may ask for it.
      onSelect={() => requestAnimationFrame(run)}
    />
  );
}
