import { Check, Palette } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { selectedNodes, setColor } from "../../state/looks.ts";
import { SubMenu } from "../../ui/Menu.tsx";
import overlays from "../../ui/overlays.module.css";
import styles from "./menu.module.css";

/** Hues that can be told apart as an icon on a card in both themes. */
const colours: readonly (readonly [name: string, color: string | null])[] = [
  ["As its category", null],
  ["Red", "#d9595f"],
  ["Orange", "#d07a2d"],
  ["Yellow", "#a98a1e"],
  ["Green", "#3e9a5f"],
  ["Teal", "#2a95a5"],
  ["Blue", "#4b7fe0"],
  ["Violet", "#8e6be0"],
  ["Pink", "#cf5ba4"],
  ["Grey", "#7c8798"],
];

/** The colours that the selection can have. */
export function ColourMenu() {
  const present = new Set(selectedNodes().map(({ color }) => color?.toLowerCase() ?? null));
  return (
    <SubMenu icon={Palette} label="Colour" disabled={false}>
      {colours.map(([name, color]) => (
        <DropdownMenu.Item key={name} className={overlays.item} onSelect={() => setColor(color)}>
          <span className={styles.swatch} style={color === null ? {} : { background: color }} />
          <span className={overlays.itemText}>{name}</span>
          {present.size === 1 && present.has(color) && <Check size={14} strokeWidth={2.1} aria-label="Chosen" />}
        </DropdownMenu.Item>
      ))}
    </SubMenu>
  );
}
