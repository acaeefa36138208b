import { useEffect, useRef } from "react";
import { labelOf } from "../../../shared/node/names.ts";
import { categoryOf, groupOf } from "../../theme/categories.ts";
import type { Candidate } from "./candidates.ts";
import { PortMark } from "./PortMark.tsx";
import styles from "./search.module.css";

interface SearchListProps {
  readonly id: string;
  readonly candidates: readonly Candidate[];
  readonly chosen: number;
  readonly onChoose: (index: number) => void;
  readonly onAdd: (candidate: Candidate) => void;
}

/** Id of the row at a place, for aria-activedescendant. */
export function rowId(list: string, index: number): string {
  return `${list}-${index}`;
}

/** The nodes found; the pointer chooses, a click adds. */
export function SearchList({ id, candidates, chosen, onChoose, onAdd }: SearchListProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.children[chosen]?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  if (candidates.length === 0) return <p className={styles.none}>No node fits</p>;
  return (
    <div ref={list} id={id} className={styles.list} role="listbox" aria-label="Nodes">
      {candidates.map((candidate, index) => (
        <Row
          key={candidate.node.type}
          id={rowId(id, index)}
          candidate={candidate}
          isChosen={index === chosen}
          onPoint={() => onChoose(index)}
          onAdd={() => onAdd(candidate)}
        />
      ))}
    </div>
  );
}

interface RowProps {
  readonly id: string;
  readonly candidate: Candidate;
  readonly isChosen: boolean;
  readonly onPoint: () => void;
  readonly onAdd: () => void;
}

function Row({ id, candidate: { node, landing }, isChosen, onPoint, onAdd }: RowProps) {
  const { icon: Icon, hue } = categoryOf(groupOf(node.type));
  return (
    // The keys are handled by the field, which keeps the focus.
    <div
      id={id}
      className={styles.option}
      role="option"
      tabIndex={-1}
      aria-selected={isChosen}
      data-testid={`search-${node.type}`}
      onPointerMove={onPoint}
      onMouseDown={(event) => event.preventDefault()}
      onClick={onAdd}
      onKeyDown={(event) => event.key === "Enter" && onAdd()}
    >
      <Icon size={16} strokeWidth={1.8} color={hue} aria-hidden />
      <span className={styles.words}>
        <b>{node.title}</b>
        <small>{node.summary}</small>
      </span>
      {landing !== undefined && (
        <span className={styles.port}>
          <PortMark wire={landing.wire} />
          {labelOf(landing.port, node[landing.side][landing.port])}
        </span>
      )}
    </div>
  );
}
