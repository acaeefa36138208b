import { Search } from "lucide-react";
import { type CSSProperties, type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import type { WireType } from "../../../shared/node/wires.ts";
import { Keys } from "../../ui/Keys.tsx";
import { match } from "../palette/match.ts";
import type { Candidate } from "./candidates.ts";
import { PortMark } from "./PortMark.tsx";
import { rowId, SearchList } from "./SearchList.tsx";
import { SearchPreview } from "./SearchPreview.tsx";
import styles from "./search.module.css";

interface SearchBoxProps {
  /** Where its top left corner would like to be, in pixels of the window. */
  readonly at: { readonly x: number; readonly y: number };
  /** The dragged wire: nodes listed take it, or give it. */
  readonly wire?: { readonly type: WireType; readonly side: "takes" | "gives" } | undefined;
  /** What Enter does. */
  readonly verb: string;
  readonly candidates: readonly Candidate[];
  readonly onAdd: (candidate: Candidate) => void;
  readonly onClose: () => void;
}

const width = 640;
const height = 424;
const margin = 12;

/** Field, list and preview over the canvas. The field keeps the focus; arrows choose, Enter adds, Escape closes. */
export function SearchBox({ at, wire, verb, candidates, onAdd, onClose }: SearchBoxProps) {
  const list = useId();
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState(0);
  const found = useMemo(() => search(candidates, query), [candidates, query]);
  const current = found[chosen];
  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => setChosen(found.length === 0 ? 0 : (chosen + 1) % found.length),
    ArrowUp: () => setChosen(found.length === 0 ? 0 : (chosen + found.length - 1) % found.length),
    Enter: () => current !== undefined && onAdd(current),
    Escape: onClose,
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const act = keys[event.key];
    // While an input method composes, its keys are its own.
    if (act === undefined || event.nativeEvent.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  return (
    <>
      <div className={styles.scrim} onPointerDown={onClose} aria-hidden="true" />
      <div className={styles.search} style={place(at)} role="dialog" aria-label="Add a node" data-testid="search">
        <div className={styles.head}>
          <Search size={16} strokeWidth={1.8} aria-hidden />
          {wire !== undefined && <WireChip {...wire} />}
          <Field
            {...{ query, list, active: current && rowId(list, chosen), onKeyDown }}
            onClose={onClose}
            onQuery={(text) => {
              setQuery(text);
              setChosen(0);
            }}
          />
          <span className={styles.count}>{found.length}</span>
        </div>
        <SearchList id={list} candidates={found} chosen={chosen} onChoose={setChosen} onAdd={onAdd} />
        <Foot verb={verb} />
        {current === undefined ? <aside className={styles.preview} /> : <SearchPreview {...current} />}
      </div>
    </>
  );
}

interface FieldProps {
  readonly query: string;
  readonly list: string;
  readonly active: string | undefined;
  readonly onQuery: (query: string) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onClose: () => void;
}

function Field({ query, list, active, onQuery, onKeyDown, onClose }: FieldProps) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    field.current?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <input
      ref={field}
      role="combobox"
      aria-label="Search nodes"
      aria-expanded
      aria-controls={list}
      aria-activedescendant={active}
      placeholder="Type to filter"
      spellCheck={false}
      value={query}
      onChange={(event) => onQuery(event.target.value)}
      onKeyDown={onKeyDown}
      onBlur={(event) => event.relatedTarget !== null && onClose()}
    />
  );
}

function WireChip({ type, side }: { readonly type: WireType; readonly side: "takes" | "gives" }) {
  return (
    <span className={styles.chip} style={{ "--hue": `var(--wire-${type})` } as CSSProperties}>
      <PortMark wire={type} />
      {side === "takes" ? "Takes" : "Gives"} {type}
    </span>
  );
}

function Foot({ verb }: { readonly verb: string }) {
  return (
    <div className={styles.foot} aria-hidden="true">
      <Keys keys="↑+↓" />
      <span>
        <Keys keys="Enter" /> {verb}
      </span>
      <span>
        <Keys keys="Esc" /> Cancel
      </span>
    </div>
  );
}

/** The best answers first; in the given order where the query does not decide. */
function search(candidates: readonly Candidate[], query: string): readonly Candidate[] {
  return candidates
    .map((candidate) => {
      const { title, type, keywords, summary, cites } = candidate.node;
      const works = cites.flatMap(({ id, by }) => [id, by]);
      return { candidate, score: match(query, title, [type.replace("/", " "), ...keywords, summary, ...works]) };
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ candidate }) => candidate);
}

/** Inside the window, as near to the wanted corner as that allows. */
function place({ x, y }: { readonly x: number; readonly y: number }) {
  const inside = (value: number, length: number, room: number) =>
    Math.max(margin, Math.min(value, room - length - margin));
  return { left: inside(x, width, window.innerWidth), top: inside(y, height, window.innerHeight) };
}
