import { nameOf } from "../../../shared/node/names.ts";
import styles from "./card.module.css";
import { PortDot } from "./PortDot.tsx";

interface MissingPortsProps {
  readonly node: string;
  readonly type: string;
  readonly wired: Readonly<Record<string, string>>;
  readonly read: readonly string[];
}

/** The ends of links on a node of unknown type, so that its links stay in sight. */
export function MissingPorts({ node, type, wired, read }: MissingPortsProps) {
  return (
    <>
      {Object.keys(wired).map((name) => (
        <div key={`in ${name}`} className={styles.row}>
          <PortDot {...{ node, name }} label={nameOf(name)} side="in" wire="plot" isConnected />
          <span>{nameOf(name)}</span>
        </div>
      ))}
      {read.map((name) => (
        <div key={`out ${name}`} className={styles.row}>
          <span className={styles.output}>{nameOf(name)}</span>
          <PortDot {...{ node, name }} label={nameOf(name)} side="out" wire="plot" isConnected />
        </div>
      ))}
      <p className={styles.missing}>
        No node of type <code>{type}</code> is known here. Its values and links are kept.
      </p>
    </>
  );
}
