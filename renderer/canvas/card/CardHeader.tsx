import { Pin } from "lucide-react";
import { isBoundary, subgraphOf } from "../../../shared/subgraph/names.ts";
import type { WorkflowNode } from "../../../shared/workflow/workflow.ts";
import { renameNode, useView } from "../../state/canvasView.ts";
import { catalogByType } from "../../state/catalog.ts";
import { useActive } from "../../state/documents.ts";
import { setTitle } from "../../state/edits.ts";
import { categoryOf, groupOf } from "../../theme/categories.ts";
import { titleOf } from "../project.ts";
import styles from "./card.module.css";
import holder from "./holder.module.css";
import { StateMark } from "./StateMark.tsx";
import { TitleField } from "./TitleField.tsx";
import type { CardFacts } from "./useCard.ts";

interface CardHeaderProps {
  readonly node: WorkflowNode;
  readonly facts: CardFacts;
}

/** Icon, title and state of a card; a double click on the title changes it. */
export function CardHeader({ node, facts }: CardHeaderProps) {
  const isRenaming = useView(({ renaming }) => renaming === node.id);
  const { icon: Icon } = categoryOf(catalogByType.has(node.type) ? groupOf(node.type) : "missing");
  const title = titleOf(node, catalogByType);
  // A double click on what holds nodes opens it.
  const count = useActive(
    ({ root }) => subgraphOf(root, node.type)?.nodes.filter(({ type }) => !isBoundary(type)).length,
  );
  const keep = (text: string) => {
    if (text !== title) setTitle(node.id, text);
  };
  return (
    <header className={styles.header}>
      <Icon size={14} strokeWidth={2.1} aria-hidden />
      {isRenaming ? (
        <TitleField title={title} onKeep={keep} onEnd={() => renameNode(null)} />
      ) : (
        // biome-ignore lint/a11y/noStaticElementInteractions: F2 does the same
        <b title={title} onDoubleClick={count === undefined ? () => renameNode(node.id) : undefined}>
          {title}
        </b>
      )}
      {count !== undefined && facts.state === "idle" && (
        <small className={holder.count}>{`${count} ${count === 1 ? "node" : "nodes"}`}</small>
      )}
      <StateMark id={node.id} facts={facts} />
      {node.pinned === true && <Pin className={styles.pin} size={12} strokeWidth={2.1} aria-label="Pinned" />}
    </header>
  );
}
