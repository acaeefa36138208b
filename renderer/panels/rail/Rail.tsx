import {
  Blocks,
  Boxes,
  CircleQuestionMark,
  History,
  LayoutPanelTop,
  ListTree,
  type LucideIcon,
  Settings,
} from "lucide-react";
import { useKeys } from "../../state/bindings.ts";
import { Hint } from "../../ui/Button.tsx";
import styles from "./rail.module.css";

export const railPanels = ["nodes", "models", "templates", "history", "outline", "settings"] as const;
export type RailPanel = (typeof railPanels)[number];

export const railTitles: Readonly<Record<RailPanel, string>> = {
  nodes: "Nodes",
  models: "Models",
  templates: "Templates and recent files",
  history: "History",
  outline: "Outline",
  settings: "Settings",
};

const icons: Readonly<Record<RailPanel, LucideIcon>> = {
  nodes: Blocks,
  models: Boxes,
  templates: LayoutPanelTop,
  history: History,
  outline: ListTree,
  settings: Settings,
};

interface RailProps {
  readonly open: RailPanel | null;
  readonly onToggle: (panel: RailPanel) => void;
  readonly onHelp: () => void;
}

/** What the left panel shows; one at a time. */
export function Rail({ open, onToggle, onHelp }: RailProps) {
  const keys = useKeys();
  const button = (panel: RailPanel) => {
    const Icon = icons[panel];
    return (
      <Hint key={panel} text={railTitles[panel]} side="right">
        <button
          type="button"
          aria-label={railTitles[panel]}
          aria-pressed={open === panel}
          data-testid={`rail-${panel}`}
          onClick={() => onToggle(panel)}
        >
          <Icon size={18} strokeWidth={1.8} aria-hidden />
        </button>
      </Hint>
    );
  };
  return (
    <nav className={styles.rail} aria-label="Panels">
      {button("nodes")}
      {button("models")}
      {button("templates")}
      {button("history")}
      <span className={styles.gap} />
      {button("outline")}
      <Hint text="Keyboard and pointer" keys={keys("shortcuts")} side="right">
        <button type="button" aria-label="Keyboard and pointer" onClick={onHelp}>
          <CircleQuestionMark size={18} strokeWidth={1.8} aria-hidden />
        </button>
      </Hint>
      {button("settings")}
    </nav>
  );
}
