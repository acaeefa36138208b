import type { CSSProperties } from "react";
import { Handle, Position } from "reactflow";
import type { WireType } from "../../../shared/node/wires.ts";
import { familyOf } from "../../theme/wires.ts";
import { portKey, useWireDrag } from "../wire/drag.ts";
import styles from "./port.module.css";

interface PortDotProps {
  readonly node: string;
  readonly name: string;
  readonly label: string;
  readonly side: "in" | "out";
  readonly wire: WireType;
  readonly isConnected: boolean;
  readonly isOptional?: boolean;
  readonly isList?: boolean;
  readonly isFaulty?: boolean;
}

/** A port on the edge of a card: shape and hue tell its type; ring, size and fill whether it needs and has a wire. */
export function PortDot(props: PortDotProps) {
  const { node, name, label, side, wire, isConnected, isOptional = false, isList = false, isFaulty = false } = props;
  const drag = useWireDrag(({ from, fitting }) => {
    if (from === null || (from.node === node && from.port === name && from.side === side)) return "";
    return fitting.has(portKey(node, side, name)) ? styles.fits : styles.other;
  });
  const fill = isConnected || side === "out" ? styles.filled : styles.free;
  const small = isOptional && !isConnected ? styles.small : "";
  const look = [
    styles.port,
    styles[familyOf(wire)],
    fill,
    small,
    isList && styles.list,
    isFaulty && styles.faulty,
    drag,
  ];
  return (
    <Handle
      id={name}
      type={side === "out" ? "source" : "target"}
      position={side === "out" ? Position.Right : Position.Left}
      className={look.filter(Boolean).join(" ")}
      style={{ "--hue": `var(--wire-${wire})` } as CSSProperties}
      title={`${label}: ${wire}`}
      data-testid={`port-${node}-${side}-${name}`}
    />
  );
}
