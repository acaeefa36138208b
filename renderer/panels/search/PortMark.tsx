import type { WireType } from "../../../shared/node/wires.ts";
import { familyOf, type WireFamily } from "../../theme/wires.ts";

interface PortMarkProps {
  readonly wire: WireType;
  /** A ring instead of a filled shape: nothing has to be connected. */
  readonly isHollow?: boolean;
}

/** The 10-px mark of a wire type in lists. */
export function PortMark({ wire, isHollow = false }: PortMarkProps) {
  const color = `var(--wire-${wire})`;
  const paint = isHollow ? { fill: "none", stroke: color, strokeWidth: 2 } : { fill: color };
  return (
    <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true" {...paint}>
      <Outline shape={familyOf(wire)} inset={isHollow ? 1 : 0} />
    </svg>
  );
}

function Outline({ shape, inset }: { readonly shape: WireFamily; readonly inset: number }) {
  const size = 10 - 2 * inset;
  switch (shape) {
    case "circle":
      return <circle cx="5" cy="5" r={size / 2} />;
    case "square":
      return <rect x={inset} y={inset} width={size} height={size} rx="1.5" />;
    case "diamond":
      return <rect x="1.75" y="1.75" width="6.5" height="6.5" rx="1" transform="rotate(45 5 5)" />;
    case "bar":
      return <rect x={3 + inset / 2} y={inset} width={4 - inset} height={size} rx="1.5" />;
  }
}
