import { PackageOpen, Workflow } from "lucide-react";
import { subgraphType } from "../../../shared/subgraph/names.ts";
import type { Subgraph } from "../../../shared/workflow/workflow.ts";
import { formatBytes, formatCount, formatSeconds } from "../../controls/format.ts";
import { useTyping } from "../../controls/useTyping.ts";
import { useChecks } from "../../state/check.ts";
import { useActive } from "../../state/documents.ts";
import { subgraphInside } from "../../state/inside.ts";
import { renameSubgraph } from "../../state/subgraphs.ts";
import styles from "./inspector.module.css";
import { Markdown } from "./Markdown.tsx";
import { Fact, Section } from "./Section.tsx";
import { SubgraphPanel } from "./SubgraphPanel.tsx";

/** The workflow itself: what stands in the inspector while no node is selected. */
export function Overview() {
  const id = useActive((document) => document.id);
  const name = useActive((document) => document.name);
  const path = useActive((document) => document.path);
  const workflow = useActive((document) => document.workflow);
  const open = useActive(({ root, inside }) => subgraphInside(root, inside));
  const checked = useChecks(({ byDocument }) => (id === undefined ? undefined : byDocument[id]));
  if (workflow === undefined) return <p className={styles.nothing}>No workflow is open.</p>;
  if (open !== undefined) return <OpenSubgraph subgraph={open} />;
  const cost = checked?.cost ?? null;
  return (
    <>
      <header className={styles.head} style={{ "--hue": "var(--t3)" } as React.CSSProperties}>
        <span className={styles.tile}>
          <Workflow size={16} strokeWidth={1.8} aria-hidden />
        </span>
        <div className={styles.names}>
          <h2 className={styles.title}>{name}</h2>
          <span className={`${styles.type} ${styles.cut} mono`} title={path ?? undefined}>
            {path ?? "Not saved yet"}
          </span>
        </div>
      </header>
      <div className={styles.body}>
        <Section title="About">
          <Markdown text={typeof workflow.about === "string" ? workflow.about : "Select a node to see what it does."} />
          <Fact name="Nodes">{formatCount(workflow.nodes.length)}</Fact>
          <Fact name="Links">{formatCount(workflow.edges.length)}</Fact>
        </Section>
        {cost !== null && (
          <Section title="Next run">
            <Fact name="Evaluations">{`${cost.upperBound ? "≤ " : ""}${formatCount(cost.nfe)}`}</Fact>
            <Fact name="In calls">{formatCount(cost.runs)}</Fact>
            <Fact name="Backward passes">{formatCount(cost.backward)}</Fact>
            <Fact name="Steps reused">{`${reused(checked?.steps)} of ${checked?.steps.length ?? 0}`}</Fact>
            {checked?.seconds != null && checked.seconds >= 0.005 && (
              <Fact name="Time">{formatSeconds(checked.seconds)}</Fact>
            )}
            {cost.peakBytes > 0 && <Fact name="Memory">up to {formatBytes(cost.peakBytes)}</Fact>}
          </Section>
        )}
      </div>
    </>
  );
}

function reused(steps: readonly { readonly cached: boolean }[] = []): number {
  return steps.filter(({ cached }) => cached).length;
}

/** The subgraph that is open: its name, what it does, and what it shows to the outside. */
function OpenSubgraph({ subgraph }: { readonly subgraph: Subgraph }) {
  const { attributes } = useTyping({ shown: subgraph.name, commit: (name) => renameSubgraph(subgraph.id, name) });
  return (
    <>
      <header className={styles.head} style={{ "--hue": "var(--category-subgraph)" } as React.CSSProperties}>
        <span className={styles.tile}>
          <PackageOpen size={16} strokeWidth={1.8} aria-hidden />
        </span>
        <div className={styles.names}>
          <input className={styles.title} aria-label="Name of the subgraph" {...attributes} />
          <span className={`${styles.type} mono`}>{subgraphType(subgraph.id)}</span>
        </div>
      </header>
      <div className={styles.body}>
        <SubgraphPanel subgraph={subgraph} />
      </div>
    </>
  );
}
