import type { ComponentProps } from "react";
import type { CurveValue } from "../../shared/curves/curveValue.ts";
import type { CurveParam } from "../../shared/node/params.ts";
import { formatNumber } from "../controls/format.ts";
import styles from "./curves.module.css";
import { curvePath, pixelX, pixelY, viewOf } from "./view.ts";

const height = 54;
/** The drawing's own width: the path is stretched to the field's, the points stand at parts of it. */
const width = 100;
const box = { left: 4, top: 8, width: width - 8, height: height - 16 };

interface CurveThumbProps extends Omit<ComponentProps<"button">, "value"> {
  readonly value: CurveValue;
  readonly param: CurveParam;
  readonly label: string;
  readonly sigmas: readonly number[] | undefined;
  /** Whether the name stands inside, as on a card. */
  readonly compact: boolean;
}

/** A curve in small, as a button that opens its editor. */
export function CurveThumb({ value, param, label, sigmas, compact, ...rest }: CurveThumbProps) {
  const view = viewOf(value, param, sigmas, box);
  const values = value.points.map(([, y]) => y);
  const range = [Math.min(...values), Math.max(...values)].map((y) => formatNumber(y, param.decimals)).join(" – ");
  return (
    <button
      type="button"
      className={styles.thumb}
      title={param.about}
      {...rest}
      aria-label={`${label}: curve, ${range}`}
    >
      <svg height={height} aria-hidden>
        <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" height={height} aria-hidden>
          <path d={curvePath(value, view)} vectorEffect="non-scaling-stroke" />
        </svg>
        {value.points.map(([x, y]) => (
          <circle key={x} cx={`${pixelX(view, x)}%`} cy={pixelY(view, y)} r="3" />
        ))}
      </svg>
      {compact && <span className={styles.thumbLabel}>{label}</span>}
      <span className={styles.thumbRange}>{range}</span>
    </button>
  );
}
