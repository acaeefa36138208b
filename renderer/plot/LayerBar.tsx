import { ChartScatter, Circle, Cloud, MoveUpRight, Pin, PinOff, Spline, Sun } from "lucide-react";
import type { PlanePlot } from "../../shared/plot.ts";
import { IconButton } from "../ui/Button.tsx";
import type { PlaneLayers } from "./drawPlane.ts";
import type { FigureProps } from "./figure.ts";
import styles from "./plot.module.css";

interface LayerBarProps {
  readonly plot: PlanePlot;
  readonly layers: PlaneLayers;
  readonly keeping: FigureProps["keeping"];
  readonly onChange: (change: Partial<PlaneLayers>) => void;
}

/** Switches for what of a plane is drawn. */
export function LayerBar({ plot, layers, keeping, onChange }: LayerBarProps) {
  const isMoving = plot.clouds.some(({ moments }) => moments > 1);
  const isGlow = layers.points === "glow";
  const toggles = [
    ...(isMoving && plot.trails > 0 ? [["trails", "Paths", Spline] as const] : []),
    ...(plot.exact.length > 0
      ? ([
          ["rings", "Rings of the exact distribution", Circle],
          ["density", "Exact density", Cloud],
          ["score", "Exact score", MoveUpRight],
        ] as const)
      : []),
  ];
  return (
    <div className={styles.layers} role="toolbar" aria-label="What is drawn">
      <IconButton
        label={isGlow ? "Points as dots" : "Points as a glow"}
        icon={isGlow ? ChartScatter : Sun}
        size={14}
        onClick={() => onChange({ points: isGlow ? "dots" : "glow" })}
      />
      {toggles.map(([name, label, icon]) => (
        <IconButton
          key={name}
          {...{ label, icon }}
          size={14}
          active={layers[name]}
          aria-pressed={layers[name]}
          onClick={() => onChange({ [name]: !layers[name] })}
        />
      ))}
      {keeping !== undefined && (
        <IconButton
          label={keeping.count > 0 ? "Let go of the kept runs" : "Keep this run to compare later ones with"}
          icon={keeping.count > 0 ? PinOff : Pin}
          size={14}
          active={keeping.count > 0}
          className={styles.last}
          onClick={keeping.toggle}
        />
      )}
    </div>
  );
}
