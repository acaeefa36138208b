import { type CSSProperties, type KeyboardEvent, type PointerEvent, useId, useRef } from "react";
import type { Component } from "../../shared/testbed/component.ts";
import { newGesture } from "../controls/field.ts";
import styles from "./components.module.css";
import { boxOf, rounded, spreadOf, withComponent } from "./components.ts";
import { type Frame, frameOf } from "./frame.ts";
import { labelOrder, type Palette, usePalette } from "./palette.ts";
import { type Part, stepOf, useComponentDrag } from "./useComponentDrag.ts";

interface ComponentPlotProps {
  readonly components: readonly Component[];
  readonly width: number;
  readonly height: number;
  readonly onChange: (components: readonly Component[], gesture: string) => void;
}

const margins = { left: 8, top: 8, right: 8, bottom: 8 };

/** The Gaussians of a mixture, to be dragged by their middle and resized by their ring. */
export function ComponentPlot({ components, width, height, onChange }: ComponentPlotProps) {
  const svg = useRef<SVGSVGElement>(null);
  const drag = useComponentDrag({ svg, components, onChange });
  const frame = frameOf(drag.box ?? boxOf(components), width, height, margins);
  const palette = usePalette();
  const order = labelOrder(components);
  const densest = Math.max(...components.map(({ weight, std }) => weight / std ** 2));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a plot is no set of form fields
    <svg
      ref={svg}
      className={styles.plot}
      {...{ width, height }}
      viewBox={`0 0 ${width} ${height}`}
      role="group"
      aria-label="Components in the plane"
      onPointerMove={(event) => drag.move(event, frame)}
      onPointerUp={drag.end}
      onPointerCancel={drag.end}
    >
      <path className={styles.axes} d={axesOf(frame)} />
      {components.map((component, index) => (
        <Gaussian
          key={index}
          {...{ component, index, frame }}
          color={colorOf(component, order, palette)}
          share={component.weight / component.std ** 2 / densest}
          onStart={(part, event) => drag.start(index, part, event, frame)}
          onKey={(change) => onChange(withComponent(components, index, change), newGesture())}
          onRemove={() => components.length > 1 && onChange(components.toSpliced(index, 1), newGesture())}
        />
      ))}
    </svg>
  );
}

function colorOf({ label }: Component, order: readonly string[], { labels }: Palette): string {
  return labels[order.indexOf(label) % labels.length]!;
}

function axesOf({ x, y, width, height }: Frame): string {
  return `M${x(0)} 0V${height}M0 ${y(0)}H${width}`;
}

interface GaussianProps {
  readonly component: Component;
  readonly index: number;
  readonly frame: Frame;
  readonly color: string;
  /** Density in the middle, the densest is 1. */
  readonly share: number;
  readonly onStart: (part: Part, event: PointerEvent) => void;
  readonly onKey: (change: Partial<Component>) => void;
  readonly onRemove: () => void;
}

/** Grown beyond three standard deviations there is nothing to see. */
const reach = 3;

/** One Gaussian: its glow, its ring at one standard deviation, and its label in the middle. */
function Gaussian({ component, index, frame, color, share, onStart, onKey, onRemove }: GaussianProps) {
  const id = useId();
  const { mean, std, label } = component;
  const [cx, cy, r] = [frame.x(mean[0]), frame.y(mean[1]), std * frame.unit];
  const name = `Component ${index + 1}${label === "" ? "" : `, ${label}`}`;
  return (
    <g style={{ "--hue": color } as CSSProperties}>
      <radialGradient id={id}>
        {stops.map(([offset, opacity]) => (
          <stop key={offset} offset={offset} stopColor="var(--wire-mask)" stopOpacity={opacity * Math.sqrt(share)} />
        ))}
      </radialGradient>
      <circle cx={cx} cy={cy} r={r * reach} fill={`url(#${id})`} pointerEvents="none" />
      <circle className={styles.ring} cx={cx} cy={cy} r={r} />
      <circle
        className={styles.edge}
        data-testid={`component-spread-${index}`}
        cx={cx}
        cy={cy}
        r={Math.max(r, 8)}
        onPointerDown={(event) => onStart("spread", event)}
      />
      {/* biome-ignore lint/a11y/useSemanticElements: a shape in a picture */}
      <circle
        className={styles.middle}
        data-testid={`component-${index}`}
        role="button"
        tabIndex={0}
        aria-label={`${name} at ${mean.join(", ")}, spread ${std}`}
        cx={cx}
        cy={cy}
        r={Math.max(Math.min(r - 5, 14), 7)}
        onPointerDown={(event) => onStart("mean", event)}
        onKeyDown={(event) => takeKey(event, component, { onKey, onRemove })}
      >
        <title>{name}: drag to move, drag the ring to resize</title>
      </circle>
      <text className={styles.label} x={cx} y={cy}>
        {label === "" ? index + 1 : label}
      </text>
    </g>
  );
}

/** Opacity along the radius of a glow: a Gaussian, cut off. */
const stops = [0, 0.17, 0.33, 0.5, 0.67, 0.83, 1].map(
  (offset) => [offset, offset === 1 ? 0 : 0.8 * Math.exp(-((offset * reach) ** 2) / 2)] as const,
);

type Answers = Pick<GaussianProps, "onKey" | "onRemove">;

/** Arrows move a component, + and − change its spread (Shift makes finer steps), Delete removes it. */
function takeKey(event: KeyboardEvent, { mean: [x, y], std }: Component, { onKey, onRemove }: Answers): void {
  const step = 2 * stepOf(event.shiftKey);
  const moves: Readonly<Record<string, Partial<Component>>> = {
    ArrowLeft: { mean: [rounded(x - step, 0.01), y] },
    ArrowRight: { mean: [rounded(x + step, 0.01), y] },
    ArrowUp: { mean: [x, rounded(y + step, 0.01)] },
    ArrowDown: { mean: [x, rounded(y - step, 0.01)] },
    "+": { std: spreadOf(std + 0.05, 0.01) },
    "-": { std: spreadOf(std - 0.05, 0.01) },
  };
  const change = moves[event.key];
  const isRemoval = event.key === "Delete" || event.key === "Backspace";
  if (change === undefined && !isRemoval) return;
  event.preventDefault();
  event.stopPropagation();
  if (change === undefined) onRemove();
  else onKey(change);
}
