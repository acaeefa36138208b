import { useLayoutEffect, useRef } from "react";
import styles from "./drawer.module.css";
import type { LogLine } from "./logLine.ts";

/** A line with where and when it came from. */
export interface LogEntry extends LogLine {
  readonly id: number;
  /** Run the line belongs to. */
  readonly run: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

interface LogListProps {
  readonly entries: readonly LogEntry[];
  readonly titleOf: (node: string) => string;
}

const clock = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
});

/** Events of the runs, the newest at the bottom and in view. */
export function LogList({ entries, titleOf }: LogListProps) {
  const end = useRef<HTMLLIElement>(null);
  const last = entries.at(-1)?.id;
  useLayoutEffect(() => end.current?.scrollIntoView({ block: "nearest" }), [last]);
  if (entries.length === 0) return <p className={styles.none}>Runs leave their events here</p>;
  return (
    <ol className={styles.log} aria-label="Events of the runs">
      {entries.map(({ id, run, at, node, text, severity }) => (
        <li key={id}>
          <time dateTime={new Date(at).toISOString()}>{clock.format(at)}</time>
          <span>Run {run}</span>
          <div data-severity={severity}>{node === null ? text : `${titleOf(node)}: ${text}`}</div>
        </li>
      ))}
      <li ref={end} aria-hidden="true" />
    </ol>
  );
}
