import { memo } from "react";
import ReactMarkdown from "react-markdown";
import type { NodeProps } from "reactflow";
import type { CardNode } from "../project.ts";
import styles from "./note.module.css";

/** Markdown for the reader of a graph. */
export const NoteCard = memo(function NoteCard({ data: { node }, selected }: NodeProps<CardNode>) {
  const text = typeof node.params.text === "string" ? node.params.text : "";
  return (
    <div
      role="note"
      aria-label={node.title ?? "Note"}
      className={`${styles.note} ${selected ? styles.selected : ""}`}
      data-testid={`node-${node.id}`}
    >
      {text === "" ? <p className={styles.empty}>Empty note</p> : <ReactMarkdown>{text}</ReactMarkdown>}
    </div>
  );
});
