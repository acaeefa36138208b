import { Plus, X } from "lucide-react";
import { useKeys } from "../../state/bindings.ts";
import { IconButton } from "../../ui/Button.tsx";
import styles from "./bar.module.css";

interface TabsProps {
  readonly tabs: readonly { readonly id: string; readonly name: string; readonly isDirty: boolean }[];
  readonly active: string | null;
  readonly onSelect: (id: string) => void;
  readonly onClose: (id: string) => void;
  readonly onNew: () => void;
}

const tabId = (document: string) => `tab-of-${document}`;

/** Open documents. The middle button closes one. */
export function Tabs({ tabs, active, onSelect, onClose, onNew }: TabsProps) {
  const keys = useKeys();
  return (
    <div className={styles.tabs}>
      <div className={styles.tabs}>
        {/* Owns the tabs from beside them: the buttons that close are between them and no tabs. */}
        <span role="tablist" aria-label="Workflows" aria-owns={tabs.map(({ id }) => tabId(id)).join(" ")} />
        {tabs.map(({ id, name, isDirty }, index) => (
          <div key={id} className={styles.tab} data-active={id === active} data-testid={`tab-${index}`}>
            <button
              type="button"
              id={tabId(id)}
              role="tab"
              aria-selected={id === active}
              className={styles.tabName}
              title={name}
              onClick={() => onSelect(id)}
              onAuxClick={(event) => event.button === 1 && onClose(id)}
            >
              {name}
            </button>
            <button
              type="button"
              className={styles.tabEnd}
              data-dirty={isDirty}
              aria-label={isDirty ? `Close ${name}, which has unsaved changes` : `Close ${name}`}
              onClick={() => onClose(id)}
            >
              <X className={styles.cross} size={14} strokeWidth={2.1} />
            </button>
          </div>
        ))}
      </div>
      <IconButton label="New workflow" keys={keys("new")} icon={Plus} onClick={onNew} />
    </div>
  );
}
