import { nameOf } from "../../../shared/node/names.ts";
import { formatReading, LineChart } from "../../charts/LineChart.tsx";
import type { Series } from "../../charts/line.ts";
import { type Axis, domainOf, type Pick, pointsOf, readingOf, recordAt, stepAt } from "./readings.ts";
import styles from "./scope.module.css";
import type { StepRecord } from "./trace.ts";

/** Steps of one run: of the guidance node that is shown, and of the sampler. */
export interface RunRecords {
  /** As in "Run 14". */
  readonly number: number;
  readonly guidance: readonly StepRecord[];
  readonly sampler: readonly StepRecord[];
}

interface ScopeChartsProps {
  readonly current: RunRecords;
  readonly earlier: readonly RunRecords[];
  readonly axis: Axis;
  readonly pick: Pick;
  /** What is known of the walk before it. */
  readonly planned: { readonly steps: number; readonly sigmas: readonly number[] };
  /** Step under the cursor; null = the last one. */
  readonly step: number | null;
  readonly onStep: (step: number) => void;
}

interface Line {
  readonly metric: string;
  readonly name: string;
  readonly hue: string;
  readonly isFilled?: boolean;
}

interface Chart {
  readonly title: string;
  readonly of: "guidance" | "sampler";
  readonly lines: readonly Line[];
  readonly include?: readonly number[];
  /** Readings are shown times this. */
  readonly factor?: number;
}

const charts: readonly Chart[] = [
  {
    title: "Prediction norms",
    of: "guidance",
    include: [0],
    lines: [
      { metric: "norm.strong", name: "Strong", hue: "var(--wire-denoiser)" },
      { metric: "norm.weak", name: "Weak", hue: "var(--wire-number)" },
      { metric: "norm.difference", name: "Difference", hue: "var(--wire-conditioning)" },
    ],
  },
  {
    title: "Cosine of strong and weak",
    of: "guidance",
    include: [1],
    lines: [{ metric: "cosine", name: "Cosine", hue: "var(--wire-curve)", isFilled: true }],
  },
  {
    title: "Parallel and orthogonal part",
    of: "guidance",
    include: [0],
    lines: [
      { metric: "orthogonal", name: "Orthogonal", hue: "var(--wire-latent)", isFilled: true },
      { metric: "parallel", name: "Parallel", hue: "var(--wire-reward)" },
    ],
  },
  {
    title: "Effective scale",
    of: "guidance",
    include: [1],
    lines: [{ metric: "scale", name: "Scale", hue: "var(--guidance)" }],
  },
  {
    title: "Reward of the prediction",
    of: "guidance",
    lines: [{ metric: "reward", name: "Reward", hue: "var(--wire-reward)", isFilled: true }],
  },
  {
    title: "Norm of the reward's gradient",
    of: "guidance",
    include: [0],
    lines: [{ metric: "norm.gradient", name: "Gradient", hue: "var(--wire-curve)" }],
  },
  {
    title: "Norm of the push",
    of: "guidance",
    include: [0],
    lines: [{ metric: "norm.push", name: "Push", hue: "var(--guidance)" }],
  },
  {
    title: "Saturated, %",
    of: "sampler",
    include: [0],
    factor: 100,
    lines: [{ metric: "clipping", name: "Saturated", hue: "var(--wire-text)", isFilled: true }],
  },
  {
    title: "Norm of the prediction",
    of: "sampler",
    include: [0],
    lines: [{ metric: "norm.denoised", name: "Prediction", hue: "var(--wire-image)" }],
  },
];

/** What was measured, over the steps of a walk: one cursor for all charts, earlier runs behind. */
export function ScopeCharts(props: ScopeChartsProps) {
  const { current, earlier, axis, planned } = props;
  const names = { guidance: metricsOf(current.guidance), sampler: metricsOf(current.sampler) };
  const measured = [
    ...charts.filter(({ of, lines }) => lines.some(({ metric }) => names[of].has(metric))),
    ...(["guidance", "sampler"] as const).flatMap((of) =>
      [...names[of]].filter(isOther).map((name) => otherChart(name, of)),
    ),
  ];
  const all = [current, ...earlier].flatMap((run) => [...run.sampler, ...run.guidance]);
  const x = { kind: axis === "sigma" ? ("log" as const) : ("linear" as const), domain: domainOf(all, axis, planned) };
  const unit = axis === "sigma" ? "Sigma, log scale" : "Step";
  return measured.map((chart, i) => {
    const note = i === measured.length - 1 ? unit : undefined;
    return <OneChart key={chart.title} {...props} {...{ chart, x, note }} />;
  });
}

function metricsOf(records: readonly StepRecord[]): Set<string> {
  return new Set(records.flatMap(({ values }) => Object.keys(values)));
}

function isOther(name: string): boolean {
  return !charts.some(({ lines }) => lines.some(({ metric }) => metric === name));
}

/** A chart for what a node reports by itself. */
function otherChart(name: string, of: Chart["of"]): Chart {
  return { title: nameOf(name), of, lines: [{ metric: name, name: nameOf(name), hue: "var(--wire-sigmas)" }] };
}

interface OneChartProps extends ScopeChartsProps {
  readonly chart: Chart;
  readonly x: Parameters<typeof LineChart>[0]["x"];
  readonly note: string | undefined;
}

function OneChart({ chart, current, earlier, axis, pick, step, onStep, x, note }: OneChartProps) {
  const { title, of, lines, include = [], factor = 1 } = chart;
  const seriesOf = (run: RunRecords, isEarlier: boolean): Series[] =>
    lines.map(({ metric, name, hue, isFilled = false }) => ({
      name: isEarlier ? `${name}, run ${run.number}` : name,
      hue,
      isEarlier,
      isFilled: isFilled && !isEarlier,
      points: pointsOf(run[of], metric, axis, pick).map(([at, value]) => [at, value * factor] as const),
    }));
  const under = recordAt(current[of], step);
  const [only] = lines;
  const reading = lines.length === 1 && only ? readingOf(under, only.metric, pick) * factor : Number.NaN;
  return (
    <section className={styles.chart}>
      <h3 className={styles.chartHead}>
        {title}
        {Number.isFinite(reading) && <span className="number">{formatReading(reading)}</span>}
      </h3>
      <LineChart
        label={title}
        series={[...earlier.flatMap((run) => seriesOf(run, true)), ...seriesOf(current, false)]}
        {...{ x, include, note }}
        cursor={under?.[axis] ?? null}
        onCursor={(value) => onStep(stepAt(current[of], axis, value) ?? 1)}
      />
    </section>
  );
}
