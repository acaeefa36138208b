import {
  Activity,
  BoxSelect,
  Clipboard,
  Copy,
  FilePlus,
  FolderOpen,
  type LucideIcon,
  Map as MapIcon,
  Maximize,
  Play,
  Plus,
  Redo2,
  Save,
  Scissors,
  Search,
  Square,
  SunMoon,
  Terminal,
  Trash2,
  Undo2,
  X,
  ZoomIn,
  ZoomOut,
} from "lucide-react";

/** The icons that commands name; a fixed list, so that the bundle carries no others. */
const icons: Readonly<Record<string, LucideIcon>> = {
  activity: Activity,
  "box-select": BoxSelect,
  clipboard: Clipboard,
  copy: Copy,
  "file-plus": FilePlus,
  "folder-open": FolderOpen,
  map: MapIcon,
  maximize: Maximize,
  play: Play,
  plus: Plus,
  "redo-2": Redo2,
  save: Save,
  scissors: Scissors,
  search: Search,
  square: Square,
  "sun-moon": SunMoon,
  "trash-2": Trash2,
  "undo-2": Undo2,
  x: X,
  "zoom-in": ZoomIn,
  "zoom-out": ZoomOut,
};

/** The icon of a command by its lucide name; a prompt for one that is not in the list. */
export function commandIcon(name: string): LucideIcon {
  return icons[name] ?? Terminal;
}
