import { ListTree, Plus } from "lucide-react";
import { type KeyboardEvent, useMemo, useState } from "react";
import { useView } from "../../state/canvasView.ts";
import { select, useActive } from "../../state/documents.ts";
import { dispatchKey } from "../../state/keys.ts";
import { showSearch } from "../../state/search.ts";
import { Button } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/parts.tsx";
import { OutlineRow } from "./OutlineRow.tsx";
import { executionOrder } from "./order.ts";
import styles from "./outline.module.css";

/**
 * The graph as a list in the order in which it runs. Everything can be done here by keyboard: arrows walk, right opens a
 * node with its inputs and parameters, and all shortcuts of the canvas act on the row that has the focus.
 */
export function Outline() {
  const workflow = useActive((document) => document.workflow);
  const [open, setOpen] = useState<string | null>(null);
  const nodes = useMemo(() => (workflow === undefined ? [] : executionOrder(workflow)), [workflow]);
  const toggle = (id: string) => setOpen((before) => (before === id ? null : id));
  const keys = (event: KeyboardEvent<HTMLElement>) => walk(event, setOpen);
  return (
    <>
      <div className={styles.tools}>
        <Button small icon={Plus} onClick={addHere} disabled={workflow === undefined}>
          Add node
        </Button>
        <span>{nodes.length === 1 ? "1 node" : `${nodes.length} nodes`}</span>
      </div>
      <ol
        className={styles.list}
        data-stands-for="graph"
        aria-label="Nodes in the order in which they run"
        onKeyDownCapture={runShortcut}
        onKeyDown={keys}
      >
        {nodes.map((node) => (
          <OutlineRow key={node.id} node={node} isOpen={open === node.id} onFocus={choose} onToggle={toggle} />
        ))}
      </ol>
      {nodes.length === 0 && (
        <EmptyState icon={ListTree} title="No nodes yet" text="Nodes appear here in the order in which they run." />
      )}
    </>
  );
}

function choose(id: string): void {
  select([id]);
}

/** Shortcuts before menus and fields: Ctrl+Enter runs, and does not open the menu that has the focus. */
function runShortcut(event: KeyboardEvent): void {
  if ((event.ctrlKey || event.metaKey) && dispatchKey(event.nativeEvent)) event.stopPropagation();
}

function addHere(): void {
  const { canvas } = useView.getState();
  if (canvas === null) return;
  const screen = canvas.centre();
  showSearch({ screen, at: canvas.toCanvas(screen) });
}

/** Up and down walk the rows, right opens one, left closes it, Enter shows it on the canvas. */
function walk(event: KeyboardEvent<HTMLElement>, open: (id: string | null) => void): void {
  const { target, currentTarget, key } = event;
  if (!(target instanceof HTMLElement) || target.dataset.node === undefined || event.ctrlKey || event.altKey) return;
  const rows = [...currentTarget.querySelectorAll<HTMLElement>("[data-node]")];
  const at = rows.indexOf(target);
  const acts: Readonly<Record<string, () => void>> = {
    ArrowDown: () => rows[at + 1]?.focus(),
    ArrowUp: () => rows[at - 1]?.focus(),
    Home: () => rows[0]?.focus(),
    End: () => rows.at(-1)?.focus(),
    ArrowRight: () => open(target.dataset.node ?? null),
    ArrowLeft: () => open(null),
    Enter: () => useView.getState().canvas?.centreOn(target.dataset.node ?? ""),
  };
  const act = acts[key];
  if (act === undefined) return;
  event.preventDefault();
  act();
}
