import { ChevronDown, ChevronRight } from "lucide-react";
import { memo } from "react";
import type { WorkflowNode } from "../../../shared/workflow/workflow.ts";
import { stateWords } from "../../canvas/card/StateMark.tsx";
import { useCard } from "../../canvas/card/useCard.ts";
import { titleOf } from "../../canvas/project.ts";
import { catalogByType } from "../../state/catalog.ts";
import { useActive } from "../../state/documents.ts";
import { categoryOf, groupOf } from "../../theme/categories.ts";
import { OutlineDetails } from "./OutlineDetails.tsx";
import styles from "./outline.module.css";

interface OutlineRowProps {
  readonly node: WorkflowNode;
  readonly isOpen: boolean;
  readonly onFocus: (id: string) => void;
  readonly onToggle: (id: string) => void;
}

/** A node of the outline: icon, title and state; open, also its inputs and parameters. */
export const OutlineRow = memo(function OutlineRow({ node, isOpen, onFocus, onToggle }: OutlineRowProps) {
  const isSelected = useActive(({ selection }) => selection.includes(node.id)) ?? false;
  const { state, fault } = useCard({ node, isOff: false });
  const { hue, icon: Icon } = categoryOf(catalogByType.has(node.type) ? groupOf(node.type) : "missing");
  const Chevron = isOpen ? ChevronDown : ChevronRight;
  const word = stateWords[state];
  return (
    <li>
      <button
        type="button"
        className={styles.row}
        style={{ "--hue": node.color ?? hue } as React.CSSProperties}
        data-node={node.id}
        data-testid={`outline-${node.id}`}
        aria-expanded={isOpen}
        aria-current={isSelected}
        title={fault ?? undefined}
        onFocus={() => onFocus(node.id)}
        onClick={() => onToggle(node.id)}
      >
        <Chevron size={12} strokeWidth={2.1} aria-hidden />
        <Icon className={styles.icon} size={14} strokeWidth={2.1} aria-hidden />
        <b>{titleOf(node, catalogByType)}</b>
        {word !== "" && <small data-state={state}>{state === "error" ? "Problem" : (shortWords[state] ?? word)}</small>}
      </button>
      {isOpen && <OutlineDetails node={node} fault={fault} />}
    </li>
  );
});

/** Where the whole sentence is too long for a row. */
const shortWords: Partial<Record<keyof typeof stateWords, string>> = {
  bypassed: "Bypassed",
  muted: "Muted",
  off: "Off",
};
