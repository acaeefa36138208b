import { BookOpen } from "lucide-react";
import type { NodeDescription } from "../../../shared/node/describe.ts";
import { labelOf } from "../../../shared/node/names.ts";
import type { Port } from "../../../shared/node/ports.ts";
import type { Landing } from "./candidates.ts";
import { PortMark } from "./PortMark.tsx";
import styles from "./search.module.css";

interface SearchPreviewProps {
  readonly node: NodeDescription;
  /** Where the dragged wire will end. */
  readonly landing?: Landing | undefined;
}

/** What a node is, beside the list: summary, ports and where it comes from. */
export function SearchPreview({ node, landing }: SearchPreviewProps) {
  const { title, type, summary, inputs, outputs, cites } = node;
  const portOf = (side: "inputs" | "outputs") => (landing?.side === side ? landing.port : undefined);
  return (
    <aside className={styles.preview} aria-label={`About ${title}`}>
      <h2>{title}</h2>
      <div className={styles.type}>{type}</div>
      <p className={styles.summary}>{summary}</p>
      <PortList heading="Inputs" ports={inputs} connects={portOf("inputs")} />
      <PortList heading="Outputs" ports={outputs} connects={portOf("outputs")} />
      {cites.map(({ id, by, title: work }) => (
        <p key={id} className={styles.cite} title={work}>
          <BookOpen size={14} strokeWidth={1.8} aria-hidden />
          <span>
            {by}
            <small>{id}</small>
          </span>
        </p>
      ))}
    </aside>
  );
}

interface PortListProps {
  readonly heading: string;
  readonly ports: Readonly<Record<string, Port>>;
  readonly connects: string | undefined;
}

function PortList({ heading, ports, connects }: PortListProps) {
  const entries = Object.entries(ports);
  if (entries.length === 0) return null;
  return (
    <section className={styles.ports}>
      <h3>{heading}</h3>
      <ul>
        {entries.map(([name, port]) => (
          <li key={name} title={port.about}>
            <PortMark wire={port.wire} isHollow={port.optional && name !== connects} />
            <span>{labelOf(name, port)}</span>
            {name === connects ? (
              <em className={styles.connects}>Connects here</em>
            ) : (
              port.optional && <em>Optional</em>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
