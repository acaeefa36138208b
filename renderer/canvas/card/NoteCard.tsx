import { type KeyboardEvent, memo, useRef, useState } from "react";
import ReactMarkdown from "react-markdown";
import { setParam } from "../../state/edits.ts";
import { type CardProps, sameCard } from "../project.ts";
import styles from "./note.module.css";

/** Markdown for the reader of a graph; a double click opens it for writing. */
export const NoteCard = memo(function NoteCard({ data: { node }, selected }: CardProps) {
  const [isWriting, setIsWriting] = useState(false);
  const text = typeof node.params.text === "string" ? node.params.text : "";
  return (
    <div
      role="note"
      aria-label={node.title ?? "Note"}
      className={`${styles.note} ${selected ? styles.selected : ""}`}
      data-testid={`node-${node.id}`}
      onDoubleClick={() => setIsWriting(true)}
    >
      {isWriting ? (
        <Writing id={node.id} text={text} onEnd={() => setIsWriting(false)} />
      ) : text === "" ? (
        <p className={styles.empty}>Double-click to write</p>
      ) : (
        <ReactMarkdown>{text}</ReactMarkdown>
      )}
    </div>
  );
}, sameCard);

const charactersInRow = 26;

/** Rows that a text takes in the field, about; from 3 to 20. */
function rowsOf(text: string): number {
  const rows = text.split("\n").map((line) => Math.max(1, Math.ceil(line.length / charactersInRow)));
  return Math.min(
    20,
    Math.max(
      3,
      rows.reduce((sum, count) => sum + count, 0),
    ),
  );
}

interface WritingProps {
  readonly id: string;
  readonly text: string;
  readonly onEnd: () => void;
}

/** The text as it is typed; leaving the field keeps it, Escape gives the old one back. */
function Writing({ id, text, onEnd }: WritingProps) {
  const isDropped = useRef(false);
  const [draft, setDraft] = useState(text);
  const keep = () => {
    if (!isDropped.current && draft !== text) setParam(id, "text", draft, `note-${Date.now()}`);
    onEnd();
  };
  const key = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key !== "Escape" || event.nativeEvent.isComposing) return;
    event.stopPropagation();
    isDropped.current = true;
    event.currentTarget.blur();
  };
  return (
    <textarea
      className={`${styles.writing} nodrag nowheel`}
      aria-label="Text of the note"
      // biome-ignore lint/a11y/noAutofocus: the person asked for it by the double click
      autoFocus
      rows={rowsOf(draft)}
      value={draft}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={keep}
      onKeyDown={key}
    />
  );
}
