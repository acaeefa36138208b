import { CircleAlert, ListOrdered, type LucideIcon, ScrollText } from "lucide-react";
import type { ReactNode } from "react";
import styles from "./status.module.css";

export const drawerTabs = ["problems", "queue", "log"] as const;
export type DrawerTab = (typeof drawerTabs)[number];

const looks: Readonly<Record<DrawerTab, { readonly title: string; readonly icon: LucideIcon }>> = {
  problems: { title: "Problems", icon: CircleAlert },
  queue: { title: "Queue", icon: ListOrdered },
  log: { title: "Log", icon: ScrollText },
};

interface StatusStripProps {
  /** The open drawer, or null. */
  readonly open: DrawerTab | null;
  readonly onOpen: (tab: DrawerTab | null) => void;
  readonly errors: number;
  readonly warnings: number;
  readonly jobs: number;
  /** What stands at the right: see RunState. */
  readonly children: ReactNode;
}

/** The strip at the bottom: drawers left, state of the run right. */
export function StatusStrip({ open, onOpen, errors, warnings, jobs, children }: StatusStripProps) {
  const counts: Readonly<Record<DrawerTab, number>> = { problems: errors + warnings, queue: jobs, log: 0 };
  const severity = errors > 0 ? "error" : "warning";
  return (
    <footer className={styles.strip} data-testid="status">
      <div className={styles.tabs} role="tablist" aria-label="Drawers">
        {drawerTabs.map((tab) => {
          const { title, icon: Icon } = looks[tab];
          return (
            <button
              key={tab}
              type="button"
              role="tab"
              className={styles.tab}
              aria-selected={open === tab}
              data-testid={`drawer-${tab}`}
              onClick={() => onOpen(open === tab ? null : tab)}
            >
              <Icon size={14} aria-hidden="true" />
              {title}
              {counts[tab] > 0 && (
                <span className={styles.count} data-severity={tab === "problems" ? severity : undefined}>
                  {counts[tab]}
                </span>
              )}
            </button>
          );
        })}
      </div>
      <div className={styles.state} role="status">
        {children}
      </div>
    </footer>
  );
}
