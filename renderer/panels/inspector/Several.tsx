import { Layers } from "lucide-react";
import { useMemo } from "react";
import type { WorkflowNode } from "../../../shared/workflow/workflow.ts";
import { ParamControl } from "../../controls/ParamControl.tsx";
import { catalogByType } from "../../state/catalog.ts";
import { setParams } from "../../state/edits.ts";
import styles from "./inspector.module.css";
import { Section } from "./Section.tsx";
import { sharedParams } from "./shared.ts";

interface SeveralProps {
  /** At least two. */
  readonly nodes: readonly WorkflowNode[];
}

/** Several selected nodes: the parameters that they share change together. */
export function Several({ nodes }: SeveralProps) {
  const shared = useMemo(() => sharedParams(nodes, catalogByType), [nodes]);
  const ids = nodes.map(({ id }) => id);
  return (
    <>
      <header className={styles.head} style={{ "--hue": "var(--t3)" } as React.CSSProperties}>
        <span className={styles.tile}>
          <Layers size={16} strokeWidth={1.8} aria-hidden />
        </span>
        <div className={styles.names}>
          <h2 className={styles.title}>{nodes.length} nodes</h2>
          <span className={styles.type}>What they share changes in all of them</span>
        </div>
      </header>
      <div className={styles.body}>
        {shared.length === 0 && <p className={styles.nothing}>These nodes share no parameter.</p>}
        {shared.length > 0 && (
          <Section title="Parameters">
            {shared.map(({ name, param, value, isSame }) => (
              <div key={name}>
                <ParamControl
                  node={ids[0] ?? ""}
                  compact={false}
                  onChange={(next, gesture) => setParams(ids, name, next, gesture)}
                  {...{ name, param, value }}
                />
                {!isSame && <p className={styles.quiet}>Values differ; shown is that of the first</p>}
              </div>
            ))}
          </Section>
        )}
      </div>
    </>
  );
}
