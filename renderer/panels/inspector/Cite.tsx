import { BookOpen } from "lucide-react";
import type { Citation } from "../../../shared/node/define.ts";
import styles from "./inspector.module.css";

interface CiteProps {
  readonly cite: Citation;
  /** Titles of other nodes that rest on the work. */
  readonly also?: readonly string[];
}

/** A work that a text rests on, with a link to where it can be read. */
export function Cite({ cite, also = [] }: CiteProps) {
  return (
    <p className={styles.cite}>
      <BookOpen size={14} strokeWidth={2.1} aria-hidden />
      <span>
        {cite.by}.{" "}
        <a href={addressOf(cite.id)} target="_blank" rel="noreferrer">
          {cite.title}
        </a>
        {cite.where !== undefined && `, ${cite.where}`}
        {also.length > 0 && <span className={styles.also}>Also in {also.join(", ")}</span>}
      </span>
    </p>
  );
}

/** Where a cited work can be read: an arXiv id, a DOI or an address. */
function addressOf(id: string): string {
  if (/^https?:/.test(id)) return id;
  return /^arxiv:/i.test(id) ? `https://arxiv.org/abs/${id.slice(6)}` : `https://doi.org/${id.replace(/^doi:/i, "")}`;
}
