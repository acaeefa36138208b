import { FileClock, Pencil, Search, Trash2 } from "lucide-react";
import { useState } from "react";
import type { Example, RecentFile } from "../../../shared/contract.ts";
import { IconButton } from "../../ui/Button.tsx";
import { byFamily } from "./families.ts";
import { GraphMap } from "./GraphMap.tsx";
import styles from "./rail.module.css";
import own from "./templates.module.css";
import { useThumbnail } from "./useThumbnail.ts";

interface TemplatesPanelProps {
  readonly examples: readonly Example[];
  readonly onOpen: (example: Example) => void;
  readonly onRemove: (example: Example) => void;
  readonly onRename: (example: Example) => void;
  /** Files that were opened or saved lately, newest first. */
  readonly recent: readonly RecentFile[];
  readonly onOpenRecent: (handle: string) => void;
}

/** Workflows to start from, by family, of which a click opens a copy, and the person's own last files. */
export function TemplatesPanel({ examples, recent, onOpenRecent, ...acts }: TemplatesPanelProps) {
  const [query, setQuery] = useState("");
  const families = byFamily(examples, query);
  return (
    <>
      <label className={styles.search}>
        <Search size={14} strokeWidth={2.1} aria-hidden />
        <input
          placeholder="Search templates"
          aria-label="Search templates"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
      </label>
      <div className={styles.scroll}>
        {query === "" && recent.length > 0 && <RecentFiles recent={recent} onOpen={onOpenRecent} />}
        {families.map(({ family, members }) => (
          <section key={family} aria-label={family}>
            <h4 className={styles.group}>{family}</h4>
            <div className={own.grid}>
              {members.map((example) => (
                <Card key={`${example.isOwn} ${example.name}`} example={example} {...acts} />
              ))}
            </div>
          </section>
        ))}
        {families.length === 0 && <p className={styles.empty}>No template matches “{query}”.</p>}
      </div>
    </>
  );
}

interface CardProps extends Pick<TemplatesPanelProps, "onOpen" | "onRemove" | "onRename"> {
  readonly example: Example;
}

function Card({ example, onOpen, onRemove, onRename }: CardProps) {
  const { name, about, text, thumbnail, isOwn } = example;
  const picture = useThumbnail(thumbnail);
  return (
    <div className={own.card}>
      <button
        type="button"
        className={own.open}
        title={about}
        data-testid={`template-${name}`}
        onClick={() => onOpen(example)}
      >
        {picture === null ? <GraphMap text={text} /> : <img className={own.picture} src={picture} alt="" />}
        <strong>{name}</strong>
        {about !== "" && <small>{about}</small>}
      </button>
      {isOwn && (
        <span className={own.remove}>
          <IconButton label={`Rename ${name}`} icon={Pencil} size={14} onClick={() => onRename(example)} />
          <IconButton label={`Remove ${name}`} icon={Trash2} size={14} onClick={() => onRemove(example)} />
        </span>
      )}
    </div>
  );
}

function RecentFiles({ recent, onOpen }: { recent: readonly RecentFile[]; onOpen: (handle: string) => void }) {
  return (
    <section aria-label="Recent files">
      <h4 className={styles.group}>Recent files</h4>
      {recent.map(({ handle, name, path }) => (
        <button
          key={handle}
          type="button"
          className={`${styles.node} ${styles.recent}`}
          title={path}
          onClick={() => onOpen(handle)}
        >
          <FileClock size={14} strokeWidth={2.1} aria-hidden />
          <span>{name}</span>
        </button>
      ))}
    </section>
  );
}
