import { Plus, Unlink } from "lucide-react";
import type { CSSProperties } from "react";
import { labelOf } from "../../../shared/node/names.ts";
import type { WireType } from "../../../shared/node/wires.ts";
import type { End, Workflow } from "../../../shared/workflow/workflow.ts";
import { titleOf } from "../../canvas/project.ts";
import { useView } from "../../state/canvasView.ts";
import { catalogByType } from "../../state/catalog.ts";
import { refuse } from "../../state/connect.ts";
import { connect, disconnect } from "../../state/edits.ts";
import { showSearch } from "../../state/search.ts";
import { Menu, MenuItem, MenuSeparator } from "../../ui/Menu.tsx";
import { PortMark } from "../search/PortMark.tsx";
import styles from "./outline.module.css";

interface OutlineInputProps {
  readonly node: string;
  readonly workflow: Workflow;
  readonly name: string;
  readonly label: string;
  readonly wire: WireType;
  /** What it says while nothing is connected. */
  readonly none: string;
}

/** One input: what feeds it, and a menu of everything that could. */
export function OutlineInput({ node, workflow, name, label, wire, none }: OutlineInputProps) {
  const links = workflow.edges.flatMap(({ from, to }, index) =>
    to[0] === node && to[1] === name ? [{ from, index }] : [],
  );
  const fed = links.map(({ from }) => nameOfEnd(workflow, from)).join(", ");
  const trigger = (
    <button type="button" className={styles.input} data-testid={`outline-${node}-${name}`}>
      <span className={styles.mark} style={{ "--hue": `var(--wire-${wire})` } as CSSProperties}>
        <PortMark wire={wire} />
      </span>
      <span>{label}</span>
      <i className={fed === "" ? styles.quiet : ""}>{fed || none}</i>
    </button>
  );
  return (
    <Menu trigger={trigger} align="start">
      <Sources {...{ workflow, node, name }} taken={links.map(({ from }) => from)} />
      <MenuItem icon={Plus} label="Add a node…" onSelect={() => requestAnimationFrame(() => seek(node, name, wire))} />
      {links.map(({ from, index }) => (
        <MenuItem
          key={index}
          icon={Unlink}
          label={`Disconnect ${nameOfEnd(workflow, from)}`}
          onSelect={() => disconnect(index)}
        />
      ))}
    </Menu>
  );
}

interface SourcesProps {
  readonly workflow: Workflow;
  readonly node: string;
  readonly name: string;
  /** Ends that feed it already. */
  readonly taken: readonly End[];
}

/** Worked out only while the menu is open. */
function Sources({ workflow, node, name, taken }: SourcesProps) {
  const ends = workflow.nodes.flatMap(({ id, type }) =>
    Object.keys(catalogByType.get(type)?.outputs ?? {}).map((output): End => [id, output]),
  );
  const isTaken = (end: End) => taken.some(([id, output]) => id === end[0] && output === end[1]);
  const fitting = ends.filter((end) => !isTaken(end) && refuse(workflow, catalogByType, end, [node, name]) === null);
  return (
    <>
      {fitting.map((end) => (
        <MenuItem key={end.join(" ")} label={nameOfEnd(workflow, end)} onSelect={() => connect(end, [node, name])} />
      ))}
      {fitting.length > 0 && <MenuSeparator />}
    </>
  );
}

/** "Encode text", or "Sample › Path" for one of several outputs; with the id where nodes share their title. */
function nameOfEnd({ nodes }: Workflow, [id, output]: End): string {
  const node = nodes.find((one) => one.id === id);
  if (node === undefined) return id;
  const title = titleOf(node, catalogByType);
  const isShared = nodes.some((one) => one !== node && titleOf(one, catalogByType) === title);
  const outputs = catalogByType.get(node.type)?.outputs ?? {};
  const port = Object.keys(outputs).length > 1 ? ` › ${labelOf(output, outputs[output])}` : "";
  return `${title}${isShared ? ` (${id})` : ""}${port}`;
}

/** Opens the search for a new node that feeds an input. */
function seek(node: string, port: string, wire: WireType): void {
  const { canvas } = useView.getState();
  if (canvas === null) return;
  const screen = canvas.centre();
  showSearch({ screen, at: canvas.toCanvas(screen), from: { node, port, side: "in", wire } });
}
