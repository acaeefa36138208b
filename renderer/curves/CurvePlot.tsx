import { axisValue } from "../../shared/curves/axis.ts";
import { curveOf } from "../../shared/curves/curve.ts";
import type { CurvePoint, CurveValue } from "../../shared/curves/curveValue.ts";
import { callsOf } from "../../shared/curves/walk.ts";
import type { CurveParam } from "../../shared/node/params.ts";
import { formatNumber } from "../controls/format.ts";
import { axisNames, formatPlace } from "./axisNames.ts";
import styles from "./curves.module.css";
import { inTime } from "./points.ts";
import { type CurveGestures, useCurveDrag } from "./useCurveDrag.ts";
import { axisTicks, curvePath, pixelX, pixelY, plotSize, ticks, type View } from "./view.ts";

export interface CurvePlotProps extends CurveGestures {
  readonly value: CurveValue;
  readonly param: CurveParam;
  readonly sigmas: readonly number[] | undefined;
}

/** A curve over its axis with the steps of the walk on it; its points are dragged, added by a double click and walked by keys. */
export function CurvePlot(props: CurvePlotProps) {
  const { value, param, sigmas, selected } = props;
  const { view, plot, handle } = useCurveDrag(props);
  return (
    <svg
      className={styles.plot}
      {...plotSize}
      {...plot}
      role="application"
      aria-label="Points of the curve"
      data-testid="curve-plot"
    >
      <Grid view={view} param={param} />
      <path className={styles.line} d={curvePath(value, view)} data-testid="curve-line" />
      <Steps {...{ value, view, sigmas }} />
      {inTime(value).map((point, index) => (
        <Handle
          key={index}
          {...{ point, index, value, view, param }}
          isSelected={index === selected}
          {...handle(index)}
        />
      ))}
    </svg>
  );
}

function Grid({ view, param: { safe } }: { readonly view: View; readonly param: CurveParam }) {
  const { left, top, width, height } = view.box;
  const bottom = top + height;
  const [low, high] = view.values;
  const inside = (y: number) => Math.min(bottom, Math.max(top, pixelY(view, y)));
  return (
    <g>
      {safe !== undefined && (
        <rect
          className={styles.safe}
          x={left}
          width={width}
          y={inside(safe[1])}
          height={inside(safe[0]) - inside(safe[1])}
        />
      )}
      {ticks(low, high, 4).map((y) => (
        <g key={y} transform={`translate(0 ${pixelY(view, y)})`}>
          <line className={styles.grid} x1={left} x2={left + width} />
          <text x={left - 6} dy="0.35em" textAnchor="end">
            {formatNumber(y, 0)}
          </text>
        </g>
      ))}
      {axisTicks(view).map((x) => (
        <g key={x} transform={`translate(${pixelX(view, x)} 0)`}>
          <line className={styles.grid} y1={top} y2={bottom} />
          <text y={bottom + 18} textAnchor="middle">
            {formatNumber(x, 0)}
          </text>
        </g>
      ))}
    </g>
  );
}

interface StepsProps {
  readonly value: CurveValue;
  readonly view: View;
  readonly sigmas: readonly number[] | undefined;
}

/** Where each step of the walk reads the curve. */
function Steps({ value, view, sigmas }: StepsProps) {
  if (sigmas === undefined || sigmas.length > 201) return null;
  const curve = curveOf(value);
  return callsOf(sigmas).map((at) => (
    <circle
      key={at.step}
      className={styles.step}
      data-testid="curve-step"
      cx={pixelX(view, axisValue(value.over, at))}
      cy={pixelY(view, curve(at))}
      r="2"
    />
  ));
}

interface HandleProps extends ReturnType<ReturnType<typeof useCurveDrag>["handle"]> {
  readonly point: CurvePoint;
  readonly index: number;
  readonly value: CurveValue;
  readonly view: View;
  readonly param: CurveParam;
  readonly isSelected: boolean;
}

function Handle({ point: [x, y], index, value, view, param, isSelected, ...events }: HandleProps) {
  const place = `${axisNames[value.over]} ${formatPlace(value.over, x)}`;
  return (
    <g
      className={styles.handle}
      transform={`translate(${pixelX(view, x)} ${pixelY(view, y)})`}
      tabIndex={0}
      role="slider"
      aria-label={`Point ${index + 1}, ${place}`}
      aria-valuenow={y}
      aria-valuetext={formatNumber(y, param.decimals)}
      data-selected={isSelected}
      data-testid={`curve-point-${index}`}
      {...events}
    >
      <circle r="11" />
      <circle className={styles.dot} r={isSelected ? 4 : 3} />
    </g>
  );
}
