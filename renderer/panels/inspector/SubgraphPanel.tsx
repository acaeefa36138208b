import { ArrowDown, ArrowUp, Plus, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { type WireType, wireTypes } from "../../../shared/node/wires.ts";
import { shownName } from "../../../shared/subgraph/names.ts";
import type { Subgraph } from "../../../shared/workflow/workflow.ts";
import { useTyping } from "../../controls/useTyping.ts";
import { titlesAt, useHere } from "../../state/here.ts";
import { addPort, movePort, removePort, renamePort, type Side } from "../../state/subgraphPorts.ts";
import { familyOf } from "../../theme/wires.ts";
import { Button, IconButton } from "../../ui/Button.tsx";
import styles from "./inspector.module.css";
import { Section } from "./Section.tsx";
import look from "./subgraph.module.css";

/** What the open subgraph shows to the outside: names, order, and what goes. */
export function SubgraphPanel({ subgraph }: { readonly subgraph: Subgraph }) {
  const here = useHere();
  const row = (side: Side, name: string, at: number, count: number, about: ReactNode) => (
    <PortRow key={name} {...{ side, name, about }} isFirst={at === 0} isLast={at === count - 1} />
  );
  const ports = (side: "inputs" | "outputs") =>
    subgraph[side].map(({ name, type }, at, { length }) => row(side, name, at, length, <TypeMark type={type} />));
  return (
    <>
      <Section title="Inputs of the subgraph">
        {ports("inputs")}
        <AddPort side="inputs" />
      </Section>
      <Section title="Parameters of the subgraph">
        {subgraph.params.map(({ name, to }, at, { length }) => {
          const node = titlesAt(here + to[0])
            .split(" › ")
            .at(-1);
          return row("params", name, at, length, <span title={`${node}: ${to[1]}`}>{node}</span>);
        })}
        {subgraph.params.length === 0 && (
          <p className={styles.quiet}>Select a node and switch on “Show on subgraph” beside one of its parameters.</p>
        )}
      </Section>
      <Section title="Outputs of the subgraph">
        {ports("outputs")}
        <AddPort side="outputs" />
      </Section>
    </>
  );
}

function TypeMark({ type }: { readonly type: WireType }) {
  return (
    <>
      <i
        className={styles.port}
        data-family={familyOf(type)}
        style={{ "--hue": `var(--wire-${type})` } as React.CSSProperties}
      />
      {type}
    </>
  );
}

interface PortRowProps {
  readonly side: Side;
  readonly name: string;
  readonly about: ReactNode;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

function PortRow({ side, name, about, isFirst, isLast }: PortRowProps) {
  const { attributes } = useTyping({ shown: shownName(name), commit: (text) => renamePort(side, name, text) });
  return (
    <div className={look.row} data-testid={`${side}-${name}`}>
      <input className={look.name} aria-label={`Name of ${shownName(name)}`} {...attributes} />
      <span className={look.about}>{about}</span>
      <IconButton
        label="Move up"
        icon={ArrowUp}
        size={12}
        disabled={isFirst}
        onClick={() => movePort(side, name, -1)}
      />
      <IconButton
        label="Move down"
        icon={ArrowDown}
        size={12}
        disabled={isLast}
        onClick={() => movePort(side, name, 1)}
      />
      <IconButton label={`Remove ${shownName(name)}`} icon={X} size={12} onClick={() => removePort(side, name)} />
    </div>
  );
}

function AddPort({ side }: { readonly side: "inputs" | "outputs" }) {
  const [type, setType] = useState<WireType>("image");
  return (
    <div className={look.add}>
      <select
        aria-label={side === "inputs" ? "Type of a new input" : "Type of a new output"}
        value={type}
        onChange={(event) => setType(event.target.value as WireType)}
      >
        {wireTypes.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
      <Button small icon={Plus} onClick={() => addPort(side, type, type)}>
        {side === "inputs" ? "Add input" : "Add output"}
      </Button>
    </div>
  );
}
