import { TriangleAlert } from "lucide-react";
import { type DragEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import type { LibraryEntry } from "../../../shared/library.ts";
import { kindLooks, shownBytes } from "./modelLooks.ts";
import styles from "./models.module.css";
import { usePreview } from "./usePreview.ts";

const rowHeight = 48;
/** Rows above and below the visible ones, so that none is missing while scrolling. */
const spare = 6;

interface ModelListProps {
  readonly models: readonly LibraryEntry[];
  /** Id of the model whose details are shown. */
  readonly selected: string | null;
  readonly onSelect: (id: string) => void;
  readonly onAdd: (model: LibraryEntry) => void;
  readonly onDragStart: (event: DragEvent, model: LibraryEntry) => void;
}

/** Models in rows, of which only those in sight are in the page. Arrow keys choose, Enter or a double click adds. */
export function ModelList({ models, selected, onSelect, onAdd, onDragStart }: ModelListProps) {
  const list = useRef<HTMLDivElement>(null);
  const { top, height } = useScroll(list);
  const first = Math.max(0, Math.floor(top / rowHeight) - spare);
  const last = Math.min(models.length, Math.ceil((top + height) / rowHeight) + spare);
  const at = models.findIndex(({ id }) => id === selected);
  const go = (index: number) => {
    const model = models[Math.min(models.length - 1, Math.max(0, index))];
    if (model === undefined) return;
    onSelect(model.id);
    showRow(list.current, models.indexOf(model));
  };
  const press = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor(height / rowHeight) - 1);
    const steps = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0 };
    const target = event.key === "End" ? models.length - 1 : steps[event.key as keyof typeof steps];
    const model = models[at];
    if (event.key === "Enter" && model !== undefined) onAdd(model);
    else if (target !== undefined) go(target);
    else return;
    event.preventDefault();
  };
  return (
    <div
      ref={list}
      className={styles.list}
      role="listbox"
      aria-label="Models"
      aria-activedescendant={at >= first && at < last ? `model-${selected}` : undefined}
      tabIndex={0}
      onKeyDown={press}
      data-testid="models"
    >
      <div style={{ height: models.length * rowHeight }}>
        {models.slice(first, last).map((model, index) => (
          <ModelRow
            key={model.id}
            {...{ model, onSelect, onAdd, onDragStart }}
            index={first + index}
            count={models.length}
            isSelected={model.id === selected}
          />
        ))}
      </div>
    </div>
  );
}

interface ModelRowProps extends Pick<ModelListProps, "onSelect" | "onAdd" | "onDragStart"> {
  readonly model: LibraryEntry;
  readonly index: number;
  readonly count: number;
  readonly isSelected: boolean;
}

function ModelRow({ model, index, count, isSelected, onSelect, onAdd, onDragStart }: ModelRowProps) {
  const { id, name, kind, base, bytes, problem } = model;
  const facts = [kindLooks[kind].one, base, shownBytes(bytes)].filter((fact) => fact !== "");
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus and names the row
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list takes the keys
    <div
      id={`model-${id}`}
      role="option"
      aria-selected={isSelected}
      aria-setsize={count}
      aria-posinset={index + 1}
      aria-label={`${name}, ${problem === null ? facts.join(", ") : `cannot be used: ${problem}`}`}
      className={styles.row}
      style={{ top: index * rowHeight }}
      title={problem ?? model.title}
      draggable={problem === null}
      data-testid={`model-${name}`}
      onClick={() => onSelect(id)}
      onDoubleClick={() => onAdd(model)}
      onDragStart={(event) => onDragStart(event, model)}
    >
      <Picture model={model} className={styles.small} />
      <span className={styles.text}>
        <b>{name.replace(/\.(safetensors|sft)$/i, "")}</b>
        {problem === null ? <small>{facts.join(" · ")}</small> : <small className={styles.bad}>Cannot be used</small>}
      </span>
      {problem !== null && <TriangleAlert size={14} strokeWidth={2.1} className={styles.bad} aria-hidden />}
    </div>
  );
}

/** A model's picture, or the icon of its kind. */
export function Picture({
  model,
  className,
}: {
  readonly model: LibraryEntry;
  readonly className: string | undefined;
}) {
  const url = usePreview(model);
  const { icon: Icon } = kindLooks[model.kind];
  return (
    <span className={className}>
      {url === null ? <Icon size={16} strokeWidth={1.8} aria-hidden /> : <img src={url} alt="" draggable={false} />}
    </span>
  );
}

/** Scrolls a row into sight. */
function showRow(list: HTMLElement | null, index: number): void {
  if (list === null) return;
  const [start, end] = [index * rowHeight, (index + 1) * rowHeight];
  if (start < list.scrollTop) list.scrollTop = start;
  else if (end > list.scrollTop + list.clientHeight) list.scrollTop = end - list.clientHeight;
}

function useScroll(list: React.RefObject<HTMLElement | null>): { readonly top: number; readonly height: number } {
  const [view, setView] = useState({ top: 0, height: 800 });
  useEffect(() => {
    const element = list.current;
    if (element === null) return;
    const read = () => setView({ top: element.scrollTop, height: element.clientHeight });
    const observer = new ResizeObserver(read);
    observer.observe(element);
    element.addEventListener("scroll", read, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", read);
    };
  }, [list]);
  return view;
}
