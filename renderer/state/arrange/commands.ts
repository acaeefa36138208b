import { type Command, command, hasDocument, hasSelection } from "../command.ts";
import type { Side } from "./align.ts";
import { alignSelected, autoLayout, distributeSelected } from "./arrange.ts";

const sides: readonly (readonly [side: Side, label: string, icon: string, keys: string])[] = [
  ["left", "Align left", "align-start-vertical", "Alt+A"],
  ["centre", "Align centres", "align-center-vertical", "Alt+H"],
  ["right", "Align right", "align-end-vertical", "Alt+D"],
  ["top", "Align top", "align-start-horizontal", "Alt+W"],
  ["middle", "Align middles", "align-center-horizontal", "Alt+V"],
  ["bottom", "Align bottom", "align-end-horizontal", "Alt+S"],
];

const areTwo = () => hasSelection(2);
const areThree = () => hasSelection(3);

/** What brings nodes into order. */
export const arrangeCommands: readonly Command[] = [
  command("layout", "Auto layout", "workflow", ["Ctrl+L"], autoLayout, hasDocument),
  ...sides.map(([side, label, icon, keys]) =>
    command(`align-${side}`, label, icon, [keys], () => alignSelected(side), areTwo),
  ),
  command(
    "distribute-x",
    "Distribute horizontally",
    "align-horizontal-space-around",
    ["Alt+Shift+H"],
    () => distributeSelected("x"),
    areThree,
  ),
  command(
    "distribute-y",
    "Distribute vertically",
    "align-vertical-space-around",
    ["Alt+Shift+V"],
    () => distributeSelected("y"),
    areThree,
  ),
];
