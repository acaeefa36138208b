import { type PointerEvent, type ReactNode, useState } from "react";
import styles from "./charts.module.css";
import { areaPath, extentOf, linePath, nearestPoint, type Series } from "./line.ts";
import { createScale, formatTick, niceDomain, type Scale, type ScaleKind, ticksOf } from "./scale.ts";
import { useWidth } from "./useWidth.ts";

interface LineChartProps {
  /** What is drawn, for assistive programs and exports. */
  readonly label: string;
  readonly series: readonly Series[];
  readonly x: { readonly kind: ScaleKind; readonly domain: readonly [left: number, right: number] };
  /** Values that the vertical axis shows at least; it grows with the data. */
  readonly include?: readonly number[];
  /** Where all charts that belong together mark a value of x; left out, the chart follows the pointer by itself. */
  readonly cursor?: number | null;
  readonly onCursor?: (x: number) => void;
  /** Pixels, with the axis. */
  readonly height?: number;
  /** Right end of the legend. */
  readonly note?: ReactNode;
}

const axis = { left: 38, bottom: 18, top: 8, right: 8 };

/** Lines over a common x with a cursor, whose values stand in the legend. As wide as its place. */
export function LineChart(props: LineChartProps) {
  const { label, series, height = 112 } = props;
  const [box, width] = useWidth<HTMLDivElement>();
  const [hovered, setHovered] = useState<number | null>(null);
  const cursor = props.cursor === undefined ? hovered : props.cursor;
  const scales = scalesOf(props, Math.max(width, 80), height);
  const follow = ({ clientX, currentTarget }: PointerEvent) => {
    const value = scales.x.invert(clientX - currentTarget.getBoundingClientRect().left);
    setHovered(value);
    props.onCursor?.(value);
  };
  return (
    <figure className={styles.chart}>
      <div ref={box} className={styles.plot} style={{ height }}>
        {width > 0 && (
          <svg
            {...{ width, height }}
            role="img"
            aria-label={label}
            onPointerMove={follow}
            onPointerDown={follow}
            onPointerLeave={() => setHovered(null)}
          >
            <Grid {...scales} {...{ width, height }} />
            {series.map((line) => (
              <Line key={`${line.name}${line.isEarlier === true}`} line={line} {...scales} />
            ))}
            {cursor !== null && <Cursor {...{ cursor, series, height }} {...scales} />}
          </svg>
        )}
      </div>
      <Legend {...{ series, cursor }} x={scales.x} note={props.note} />
    </figure>
  );
}

interface Scales {
  readonly x: Scale;
  readonly y: Scale;
}

function scalesOf({ series, x, include = [] }: LineChartProps, width: number, height: number): Scales {
  const [low, high] = extentOf(series) ?? [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const values = [low, high, ...include].filter(Number.isFinite);
  const domain = values.length === 0 ? ([0, 1] as const) : niceDomain(Math.min(...values), Math.max(...values), 3);
  return {
    x: createScale(x.kind, x.domain, [axis.left, width - axis.right]),
    y: createScale("linear", domain, [height - axis.bottom, axis.top]),
  };
}

function Grid({ x, y, width, height }: Scales & { readonly width: number; readonly height: number }) {
  const floor = height - axis.bottom;
  return (
    <>
      {ticksOf(y, 3).map((tick) => (
        <g key={`y${tick}`}>
          <path className={styles.grid} d={`M${axis.left} ${Math.round(y.at(tick)) + 0.5}H${width - axis.right}`} />
          <text className={styles.tick} x={axis.left - 5} y={y.at(tick) + 4} textAnchor="end">
            {formatTick(tick)}
          </text>
        </g>
      ))}
      {ticksOf(x, Math.max(2, Math.floor(width / 56))).map((tick) => (
        <text
          key={`x${tick}`}
          className={styles.tick}
          x={Math.min(x.at(tick), width - 4 - formatTick(tick).length * 3)}
          y={floor + 14}
          textAnchor="middle"
        >
          {formatTick(tick)}
        </text>
      ))}
    </>
  );
}

function Line({ line, x, y }: Scales & { readonly line: Series }) {
  const floor = y.at(Math.min(Math.max(0, y.domain[0]), y.domain[1]));
  const hue = { "--hue": line.hue } as React.CSSProperties;
  return (
    <g style={hue}>
      {line.isFilled === true && <path className={styles.area} d={areaPath(line.points, x, y, floor)} />}
      <path className={line.isEarlier ? styles.earlier : styles.line} d={linePath(line.points, x, y)} />
    </g>
  );
}

interface CursorProps extends Scales {
  readonly cursor: number;
  readonly series: readonly Series[];
  readonly height: number;
}

function Cursor({ cursor, series, height, x, y }: CursorProps) {
  const place = x.at(cursor);
  if (!Number.isFinite(place)) return null;
  return (
    <g data-testid="chart-cursor">
      <path className={styles.cursor} d={`M${Math.round(place) + 0.5} ${axis.top}V${height - axis.bottom}`} />
      {series.map(({ name, hue, points, isEarlier }) => {
        const point = isEarlier ? undefined : nearestPoint(points, cursor, x);
        if (point === undefined) return null;
        const style = { "--hue": hue } as React.CSSProperties;
        return (
          <circle key={name} className={styles.dot} style={style} cx={x.at(point[0])} cy={y.at(point[1])} r="3.5" />
        );
      })}
    </g>
  );
}

interface LegendProps {
  readonly series: readonly Series[];
  readonly cursor: number | null;
  readonly x: Scale;
  readonly note: ReactNode;
}

/** Names with the values under the cursor. A line that is alone has its name above it already. */
function Legend({ series, cursor, x, note }: LegendProps) {
  const lines = series.filter(({ isEarlier }) => isEarlier !== true);
  if (lines.length < 2 && note === undefined) return null;
  return (
    <figcaption className={styles.legend}>
      {lines.length > 1 &&
        lines.map(({ name, hue, points }) => {
          const point = cursor === null ? undefined : nearestPoint(points, cursor, x);
          return (
            <span key={name} data-hue={hue} style={{ "--hue": hue } as React.CSSProperties}>
              <i className={styles.key} />
              {name}
              {point !== undefined && <b className="number">{formatReading(point[1])}</b>}
            </span>
          );
        })}
      {note !== undefined && <span className={styles.note}>{note}</span>}
    </figcaption>
  );
}

/** A value that was read off: three figures, without an exponent where that is short. */
export function formatReading(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1e5))
    return value.toExponential(1).replaceAll("-", "−").replace("e+", "e");
  const decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3;
  return value.toFixed(decimals).replace("-", "−");
}
