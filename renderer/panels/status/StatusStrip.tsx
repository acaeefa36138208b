import { CircleAlert, ListOrdered, type LucideIcon, ScrollText } from "lucide-react";
import { useRuns } from "../../run/runs.ts";
import { isDirty, useActive } from "../../state/documents.ts";
import { type DrawerTab, drawerTabs, useDrawer } from "../drawer/drawer.ts";
import { isError, useProblems } from "../drawer/problems.ts";
import { RunState } from "./RunState.tsx";
import styles from "./status.module.css";

const looks: Readonly<Record<DrawerTab, { readonly title: string; readonly icon: LucideIcon }>> = {
  problems: { title: "Problems", icon: CircleAlert },
  queue: { title: "Queue", icon: ListOrdered },
  log: { title: "Log", icon: ScrollText },
};

/** The strip at the bottom: drawers left, state of the run right. */
export function StatusStrip() {
  const { tab: open, toggle } = useDrawer();
  const problems = useProblems();
  const jobs = useRuns((state) => state.jobs.length);
  const counts: Readonly<Record<DrawerTab, number>> = { problems: problems.length, queue: jobs, log: 0 };
  const severity = problems.some(isError) ? "error" : "warning";
  return (
    <footer className={styles.strip} data-testid="status" data-run-state={jobs > 0 ? "running" : "idle"}>
      <div className={styles.tabs}>
        {drawerTabs.map((tab) => {
          const { title, icon: Icon } = looks[tab];
          return (
            <button
              key={tab}
              type="button"
              className={styles.tab}
              aria-expanded={open === tab}
              data-testid={`drawer-${tab}`}
              onClick={() => toggle(tab)}
            >
              <Icon size={14} strokeWidth={2.1} aria-hidden />
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
      <div className={styles.state}>
        <RunState />
        <SaveState />
      </div>
    </footer>
  );
}

function SaveState() {
  const isChanged = useActive(isDirty);
  const isFile = useActive(({ handle }) => handle !== null);
  if (isChanged === true) return <span className={styles.quiet}>Unsaved changes</span>;
  return isFile === true ? <span className={styles.quiet}>Saved</span> : null;
}
