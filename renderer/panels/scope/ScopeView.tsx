import { useRef, useState } from "react";
import { formatReading } from "../../charts/LineChart.tsx";
import { Segments } from "../../ui/parts.tsx";
import { Fact } from "../inspector/Section.tsx";
import { Evaluations } from "./Evaluations.tsx";
import { type ExportFormat, exportScope } from "./exportScope.ts";
import { Film } from "./Film.tsx";
import { GradientTime } from "./GradientTime.tsx";
import { RunChips } from "./RunChips.tsx";
import { type Axis, type Pick, readingOf, recordAt, samplesOf } from "./readings.ts";
import { type RunRecords, ScopeCharts } from "./ScopeCharts.tsx";
import { StepPicture } from "./StepPicture.tsx";
import styles from "./scope.module.css";
import { keptSamples, type StepRecord, subjectOf, type Trace } from "./trace.ts";

export interface ScopeViewProps {
  /** Name of the document. */
  readonly name: string;
  readonly node: string;
  /** Runs that this node took part in, the current one last; at least one. */
  readonly traces: readonly Trace[];
  readonly nameOf: (trace: Trace) => string;
  readonly titleOf: (node: string) => string;
  /** Sigmas of the walk, while it is not over. */
  readonly sigmas: readonly number[];
}

/** What guidance did at each step of a run, beside earlier runs. */
export function ScopeView({ name, node, traces, nameOf, titleOf, sigmas }: ScopeViewProps) {
  const charts = useRef<HTMLDivElement>(null);
  const [compared, setCompared] = useState<readonly string[] | null>(null);
  const [guidance, setGuidance] = useState<string | null>(null);
  const [wantedAxis, setAxis] = useState<Axis | null>(null);
  const [wanted, setWanted] = useState<Pick>("mean");
  const current = traces[traces.length - 1]!;
  // A new run moves the cursor along with it again.
  const [cursor, setCursor] = useState<{ readonly job: string; readonly step: number } | null>(null);
  const step = cursor?.job === current.job ? cursor.step : null;
  const others = traces.slice(0, -1);
  const shown = others.filter(({ job }, i) => (compared === null ? i === others.length - 1 : compared.includes(job)));
  const subject = subjectOf(current, node)!;
  const chosen = subject.guidance.find((one) => one === guidance) ?? subject.guidance.at(-1);
  const records = recordsOf(current, subject.sampler, chosen);
  const steps = current.walks[subject.sampler]?.steps ?? 0;
  // Walks that go up again would run back and forth over the sigmas.
  const axis = wantedAxis ?? (rises(records.sampler) ? "step" : "sigma");
  const done = records.sampler.at(-1)?.step ?? 0;
  const samples = samplesOf([...records.guidance.slice(0, 1), ...records.sampler.slice(0, 1)]);
  const pick = wanted !== "mean" && wanted >= Math.min(samples, keptSamples) ? "mean" : wanted;
  // At the last step the cursor goes on with the run.
  const moveTo = (next: number) => setCursor(next === done ? null : { job: current.job, step: next });
  const save = (format: ExportFormat) =>
    void exportScope({ name, nameOf, traces: [...shown, current], charts: charts.current }, format);
  return (
    <div className={styles.scope} data-testid="scope">
      <RunChips
        {...{ current, nameOf }}
        progress={steps === 0 ? 0 : done / steps}
        compared={shown}
        others={others.filter((trace) => !shown.includes(trace))}
        onCompare={setCompared}
        onExport={save}
      />
      <Step {...{ records, steps, step, pick }} onStep={moveTo} />
      <Choices
        {...{ axis, pick, samples, titleOf }}
        guidance={subject.guidance}
        chosen={chosen}
        onAxis={setAxis}
        onPick={setWanted}
        onGuidance={setGuidance}
      />
      <div ref={charts} className={styles.charts}>
        <ScopeCharts
          current={records}
          earlier={shown.map((trace) => recordsOf(trace, subject.sampler, chosen))}
          planned={{ steps, sigmas: current.isRunning ? sigmas : [] }}
          {...{ axis, pick, step }}
          onStep={moveTo}
        />
      </div>
      <Evaluations
        counts={Object.entries(current.evaluations).map(([id, count]) => ({ node: id, title: titleOf(id), count }))}
      />
      {current.time && <GradientTime {...current.time} />}
    </div>
  );
}

function rises(records: readonly StepRecord[]): boolean {
  return records.some(({ sigma }, i) => i > 0 && sigma > (records[i - 1]?.sigma ?? sigma));
}

function recordsOf(trace: Trace, sampler: string, guidance: string | undefined): RunRecords {
  const nodes = trace.walks[sampler]?.nodes ?? {};
  return {
    number: trace.number,
    sampler: nodes[sampler] ?? [],
    guidance: (guidance === undefined ? undefined : nodes[guidance]) ?? [],
  };
}

const views = [
  { value: "x0", label: "x0" },
  { value: "direction", label: "Direction" },
] as const;

interface StepProps {
  readonly records: RunRecords;
  readonly steps: number;
  readonly step: number | null;
  readonly pick: Pick;
  readonly onStep: (step: number) => void;
}

/** The step under the cursor: its picture and figures. */
function Step({ records, steps, step, pick, onStep }: StepProps) {
  const [shows, setShows] = useState<"x0" | "direction">("x0");
  const at = recordAt(records.sampler, step) ?? recordAt(records.guidance, step);
  const guidance = recordAt(records.guidance, at?.step ?? null);
  const pictured = recordAt(
    records.sampler.filter(({ preview }) => preview !== undefined),
    at?.step ?? null,
  );
  const hasMap = records.guidance.some(({ map: one }) => one !== undefined);
  const map = shows === "direction" ? guidance?.map : undefined;
  const isSeen = pictured !== undefined || hasMap;
  return (
    <div className={styles.step}>
      <div className={styles.stepTop}>
        {isSeen && <StepPicture preview={pictured?.preview} map={map} />}
        <div className={styles.facts}>
          <Fact name="Step">{at === undefined ? "–" : `${at.step} of ${steps}`}</Fact>
          <Fact name="Sigma">{at === undefined ? "–" : formatReading(at.sigma)}</Fact>
          <Reading name="Effective scale" record={guidance} metric="scale" pick={pick} />
          <Reading name="Cosine" record={guidance} metric="cosine" pick={pick} />
          {guidance?.values.reward && <Reading name="Reward" record={guidance} metric="reward" pick={pick} />}
          <Reading name="Saturated" record={pictured} metric="clipping" pick={pick} />
          {hasMap && (
            <Segments label="What to show of the step" value={shows} options={views} onChange={setShows} wide />
          )}
        </div>
      </div>
      <Film steps={steps} records={records.sampler} step={at?.step ?? 1} onStep={onStep} />
    </div>
  );
}

interface ReadingProps {
  readonly name: string;
  readonly record: StepRecord | undefined;
  readonly metric: string;
  readonly pick: Pick;
}

function Reading({ name, record, metric, pick }: ReadingProps) {
  if (record === undefined) return null;
  const value = readingOf(record, metric, pick);
  if (!Number.isFinite(value)) return <Fact name={name}>–</Fact>;
  return <Fact name={name}>{metric === "clipping" ? `${(value * 100).toFixed(1)}\u00a0%` : formatReading(value)}</Fact>;
}

interface ChoicesProps {
  readonly axis: Axis;
  readonly pick: Pick;
  readonly samples: number;
  readonly guidance: readonly string[];
  readonly chosen: string | undefined;
  readonly titleOf: (node: string) => string;
  readonly onAxis: (axis: Axis) => void;
  readonly onPick: (pick: Pick) => void;
  readonly onGuidance: (node: string) => void;
}

/** What the charts are of. */
function Choices({ axis, pick, samples, guidance, chosen, titleOf, onAxis, onPick, onGuidance }: ChoicesProps) {
  return (
    <div className={styles.choices}>
      <Segments
        label="Horizontal axis"
        value={axis}
        options={[
          { value: "sigma", label: "Sigma" },
          { value: "step", label: "Step" },
        ]}
        onChange={onAxis}
      />
      {samples > 1 && (
        <select
          aria-label="Sample"
          value={pick}
          onChange={({ target }) => onPick(target.value === "mean" ? "mean" : Number(target.value))}
        >
          <option value="mean">Mean of {samples}</option>
          {Array.from({ length: Math.min(samples, keptSamples) }, (_, i) => (
            <option key={i} value={i}>
              Sample {i + 1}
            </option>
          ))}
        </select>
      )}
      {guidance.length > 1 && (
        <select aria-label="Guidance node" value={chosen} onChange={({ target }) => onGuidance(target.value)}>
          {guidance.map((one) => (
            <option key={one} value={one}>
              {titleOf(one)} ({one})
            </option>
          ))}
        </select>
      )}
    </div>
  );
}
