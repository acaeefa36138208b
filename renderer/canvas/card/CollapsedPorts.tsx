import type { NodeDescription } from "../../../shared/node/describe.ts";
import { labelOf, nameOf } from "../../../shared/node/names.ts";
import { type ParamKind, wiresIntoParam } from "../../../shared/node/params.ts";
import type { WireType } from "../../../shared/node/wires.ts";
import styles from "./card.module.css";
import { PortDot } from "./PortDot.tsx";

interface CollapsedPortsProps {
  readonly node: string;
  readonly description: NodeDescription | undefined;
  readonly wired: Readonly<Record<string, string>>;
  readonly read: readonly string[];
  readonly faultyPort: string | null;
}

/** The ports of a collapsed card, spread over the sides of its header: inputs, wired parameters, outputs. */
export function CollapsedPorts({ node, description, wired, read, faultyPort }: CollapsedPortsProps) {
  const { left, right } = portsOf(description, wired, read);
  return (
    <>
      {left.map(({ name, label, wire, isOptional, isList }, index) => (
        <span key={name} className={styles.spread} style={{ top: `${(100 * (index + 1)) / (left.length + 1)}%` }}>
          <PortDot
            {...{ node, name, label, wire, isOptional, isList }}
            side="in"
            isConnected={name in wired}
            isFaulty={faultyPort === name}
          />
        </span>
      ))}
      {right.map(({ name, label, wire }, index) => (
        <span
          key={name}
          className={`${styles.spread} ${styles.spreadRight}`}
          style={{ top: `${(100 * (index + 1)) / (right.length + 1)}%` }}
        >
          <PortDot {...{ node, name, label, wire }} side="out" isConnected={read.includes(name)} />
        </span>
      ))}
    </>
  );
}

/** Height of a collapsed card in canvas pixels: its ports do not touch. */
export function collapsedHeight({
  description,
  wired,
  read,
}: Omit<CollapsedPortsProps, "node" | "faultyPort">): number {
  const { left, right } = portsOf(description, wired, read);
  return Math.max(32, 14 * Math.max(left.length, right.length) + 8);
}

interface Spread {
  readonly name: string;
  readonly label: string;
  readonly wire: WireType;
  readonly isOptional: boolean;
  readonly isList: boolean;
}

type Parts = Omit<CollapsedPortsProps, "node" | "faultyPort">;

function portsOf(description: Parts["description"], wired: Parts["wired"], read: Parts["read"]) {
  const bare = (name: string): Spread => ({
    name,
    label: nameOf(name),
    wire: "plot",
    isOptional: false,
    isList: false,
  });
  if (description === undefined) return { left: Object.keys(wired).map(bare), right: read.map(bare) };
  const { inputs, params, outputs } = description;
  const ports = Object.entries(inputs).map(([name, port]) => ({
    name,
    label: labelOf(name, port),
    wire: port.wire,
    isOptional: port.optional,
    isList: port.many,
  }));
  const driven = Object.entries(params)
    .filter(([name]) => name in wired)
    .map(([name, param]) => ({ ...bare(name), label: labelOf(name, param), wire: wireInto(param.kind) }));
  const right = Object.entries(outputs).map(([name, port]) => ({
    ...bare(name),
    label: labelOf(name, port),
    wire: port.wire,
  }));
  return { left: [...ports, ...driven], right };
}

function wireInto(kind: ParamKind): WireType {
  return wiresIntoParam[kind][0] ?? "plot";
}
