import { categoryOf, groupOf } from "../../theme/categories.ts";
import styles from "./templates.module.css";

interface Mark {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly type: string;
}

/** A miniature of a graph: cards in the colours of their categories. */
export function GraphMap({ text }: { readonly text: string }) {
  const { marks, links } = readGraph(text);
  if (marks.length === 0) return <span className={styles.picture} />;
  const xs = marks.map(({ x }) => x);
  const ys = marks.map(({ y }) => y);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const box = `${left - 40} ${top - 60} ${Math.max(...xs) - left + 288} ${Math.max(...ys) - top + 240}`;
  const at = new Map(marks.map((mark) => [mark.id, mark]));
  return (
    <svg className={styles.picture} viewBox={box} aria-hidden>
      {links.map(([from, to]) => {
        const [a, b] = [at.get(from), at.get(to)];
        if (a === undefined || b === undefined) return null;
        const [x1, x2] = [a.x + 208, b.x];
        const bend = Math.max(40, (x2 - x1) / 2);
        const path = `M${x1} ${a.y + 50}C${x1 + bend} ${a.y + 50} ${x2 - bend} ${b.y + 50} ${x2} ${b.y + 50}`;
        return <path key={`${from} ${to}`} d={path} fill="none" stroke="var(--line3)" strokeWidth="6" />;
      })}
      {marks.map(({ id, x, y, type }) => (
        <rect
          key={id}
          x={x}
          y={y}
          width="208"
          height="108"
          rx="14"
          fill={categoryOf(groupOf(type)).hue}
          opacity="0.75"
        />
      ))}
    </svg>
  );
}

/** What the miniature needs of a workflow's text; nothing if it cannot be read, which opening it will explain. */
function readGraph(text: string): { marks: readonly Mark[]; links: readonly (readonly [string, string])[] } {
  try {
    const { nodes, edges } = JSON.parse(text) as {
      nodes: readonly { id: string; type: string; position?: { x: number; y: number } }[];
      edges: readonly { from: [string, string]; to: [string, string] }[];
    };
    const marks = nodes.flatMap(({ id, type, position }) => (position ? [{ id, type, ...position }] : []));
    return { marks, links: edges.map(({ from, to }) => [from[0], to[0]] as const) };
  } catch {
    return { marks: [], links: [] };
  }
}
