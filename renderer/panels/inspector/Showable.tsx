import { Eye, EyeOff } from "lucide-react";
import type { ReactNode } from "react";
import { useActive } from "../../state/documents.ts";
import { subgraphInside } from "../../state/inside.ts";
import { toggleShown } from "../../state/subgraphPorts.ts";
import { IconButton } from "../../ui/Button.tsx";
import look from "./subgraph.module.css";

interface ShowableProps {
  readonly node: string;
  readonly name: string;
  readonly children: ReactNode;
}

/** A parameter; inside a subgraph with a switch that shows it outside. */
export function Showable({ node, name, children }: ShowableProps) {
  const open = useActive(({ root, inside }) => subgraphInside(root, inside));
  if (open === undefined) return children;
  const isShown = open.params.some(({ to }) => to[0] === node && to[1] === name);
  return (
    <div className={look.shown}>
      {children}
      <IconButton
        label={isShown ? "Hide on subgraph" : "Show on subgraph"}
        icon={isShown ? Eye : EyeOff}
        size={14}
        side="left"
        active={isShown}
        aria-pressed={isShown}
        onClick={() => toggleShown(node, name)}
      />
    </div>
  );
}
