import { Search } from "lucide-react";
import { type DragEvent, useState } from "react";
import type { NodeDescription } from "../../../shared/node/describe.ts";
import { categoryOf, groupOf, groups } from "../../theme/categories.ts";
import { EmptyState } from "../../ui/parts.tsx";
import styles from "./rail.module.css";

interface NodesPanelProps {
  /** Every node, or those that a query finds, best first. */
  readonly find: (query: string) => readonly NodeDescription[];
  readonly onAdd: (type: string) => void;
  readonly onDragStart: (event: DragEvent, type: string) => void;
}

/** Every kind of node by category. Enter or a double click adds one, or it is dragged to its place. */
export function NodesPanel({ find, onAdd, onDragStart }: NodesPanelProps) {
  const [query, setQuery] = useState("");
  const found = find(query.trim());
  const row = (node: NodeDescription) => <NodeRow key={node.type} {...{ node, onAdd, onDragStart }} />;
  return (
    <>
      <label className={styles.search}>
        <Search size={14} strokeWidth={2.1} aria-hidden />
        <input
          placeholder="Search nodes"
          aria-label="Search nodes"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => {
            const [first] = found;
            if (event.key === "Enter" && first !== undefined && query.trim() !== "") onAdd(first.type);
            if (event.key === "Escape") setQuery("");
          }}
        />
      </label>
      <div className={styles.scroll}>
        {found.length === 0 && (
          <EmptyState icon={Search} title="No node fits" text="Search looks at titles, summaries and keywords." />
        )}
        {query.trim() !== ""
          ? found.map(row)
          : byGroup(found).map(([group, nodes]) => (
              <section key={group} aria-label={categoryOf(group).title}>
                <h4 className={styles.group}>{categoryOf(group).title}</h4>
                {nodes.map(row)}
              </section>
            ))}
      </div>
    </>
  );
}

type NodeRowProps = Pick<NodesPanelProps, "onAdd" | "onDragStart"> & { readonly node: NodeDescription };

function NodeRow({ node, onAdd, onDragStart }: NodeRowProps) {
  const { icon: Icon, hue } = categoryOf(groupOf(node.type));
  return (
    <button
      type="button"
      className={styles.node}
      style={{ "--hue": hue } as React.CSSProperties}
      draggable
      title={node.summary}
      data-testid={`add-${node.type}`}
      onDragStart={(event) => onDragStart(event, node.type)}
      onDoubleClick={() => onAdd(node.type)}
      onKeyDown={(event) => event.key === "Enter" && onAdd(node.type)}
    >
      <Icon size={14} strokeWidth={2.1} aria-hidden />
      <span>{node.title}</span>
    </button>
  );
}

function byGroup(nodes: readonly NodeDescription[]): readonly (readonly [string, readonly NodeDescription[]])[] {
  const lists = new Map<string, NodeDescription[]>(groups.map((group) => [group, []]));
  for (const node of nodes) {
    const group = groupOf(node.type);
    lists.set(group, [...(lists.get(group) ?? []), node]);
  }
  return [...lists].filter(([, list]) => list.length > 0);
}
