import { OctagonAlert, TriangleAlert } from "lucide-react";
import type { NodeDescription } from "../../../shared/node/describe.ts";
import { labelOf } from "../../../shared/node/names.ts";
import type { Param, ParamValue } from "../../../shared/node/params.ts";
import { functionWires } from "../../../shared/node/wires.ts";
import type { Diagnostic } from "../../../shared/plan.ts";
import { formatCount, formatSeconds } from "../../controls/format.ts";
import { ParamControl } from "../../controls/ParamControl.tsx";
import { othersCiting } from "../../state/catalog.ts";
import { familyOf } from "../../theme/wires.ts";
import { Cite } from "./Cite.tsx";
import styles from "./inspector.module.css";
import { Markdown } from "./Markdown.tsx";
import { Fact, Section } from "./Section.tsx";
import { Showable } from "./Showable.tsx";

export interface NodeSegmentProps {
  readonly id: string;
  readonly description: NodeDescription;
  /** Values as shown: defaults filled in. */
  readonly values: Readonly<Record<string, ParamValue>>;
  /** Titles of the nodes that feed an input or parameter, by its name. */
  readonly sources: Readonly<Record<string, readonly string[]>>;
  readonly problems: readonly Diagnostic[];
  readonly networks: readonly string[] | undefined;
  /** Evaluations of denoising networks in the next run; null before a check. */
  readonly nfe: number | null;
  readonly isCached: boolean;
  readonly lastRun: LastRun | null;
  readonly onParam: (name: string, value: ParamValue, gesture: string) => void;
}

/** What the last run left on a node. */
export interface LastRun {
  readonly state: string;
  readonly seconds: number | null;
  /** Shapes and the like, by output: "1 × 4 × 16 × 16, float32". */
  readonly values: readonly (readonly [output: string, text: string])[];
}

/** Parameters and documentation of a node, what it costs and what the last run did. */
export function NodeSegment(props: NodeSegmentProps) {
  const { description, problems } = props;
  return (
    <>
      {problems.map(({ severity, message }) => (
        <Problem key={message} severity={severity} message={message} />
      ))}
      <Parameters {...props} />
      <Inputs {...props} />
      <Section title="What it does">
        <Markdown text={description.doc || description.summary} />
        {description.cites.map((cite) => (
          <Cite key={cite.id + (cite.where ?? "")} cite={cite} also={othersCiting(cite.id, description.type)} />
        ))}
      </Section>
      <Costs {...props} />
      {props.lastRun !== null && <Last run={props.lastRun} />}
    </>
  );
}

function Problem({ severity, message }: Pick<Diagnostic, "severity" | "message">) {
  const Icon = severity === "error" ? OctagonAlert : TriangleAlert;
  return (
    <p className={styles.problem} data-severity={severity}>
      <Icon size={14} strokeWidth={2.1} aria-label={severity === "error" ? "Error" : "Warning"} />
      <span>{message}</span>
    </p>
  );
}

function Parameters({ id, description, values, sources, networks, onParam }: NodeSegmentProps) {
  const { params } = description;
  const modes = new Set(Object.values(params).flatMap((param) => (param.kind === "seed" ? [param.mode] : [])));
  const shown = Object.entries(params).filter(([name, param]) => !modes.has(name) && isVisible(param, values));
  if (shown.length === 0) return null;
  return (
    <Section title="Parameters">
      {shown.map(([name, param]) => {
        const mode = param.kind === "seed" ? param.mode : undefined;
        return (
          <Showable key={name} node={id} name={name}>
            <ParamControl
              node={id}
              name={name}
              param={param}
              value={values[name] ?? null}
              compact={false}
              wiredFrom={sources[name]?.[0]}
              mode={mode === undefined ? undefined : String(values[mode])}
              onModeChange={mode === undefined ? undefined : (value, gesture) => onParam(mode, value, gesture)}
              choices={param.kind === "select" && param.open ? networks : undefined}
              onChange={(value, gesture) => onParam(name, value, gesture)}
            />
          </Showable>
        );
      })}
    </Section>
  );
}

/** Whether a parameter matters with the values of the others. */
function isVisible({ visibleIf }: Param, values: Readonly<Record<string, ParamValue>>): boolean {
  return visibleIf === undefined || visibleIf.is.some((value) => value === values[visibleIf.param]);
}

function Inputs({ description, sources }: NodeSegmentProps) {
  const ports = Object.entries(description.inputs);
  if (ports.length === 0) return null;
  return (
    <Section title="Inputs">
      <div className={styles.ports}>
        {ports.flatMap(([name, port]) => [
          <i
            key={`${name} port`}
            className={styles.port}
            data-family={familyOf(port.wire)}
            style={{ "--hue": `var(--wire-${port.wire})` } as React.CSSProperties}
          />,
          <span key={`${name} name`} title={port.about}>
            {labelOf(name, port)}
          </span>,
          <span key={`${name} source`}>
            {sources[name]?.join(", ") ?? (
              <span className={styles.quiet}>{port.optional ? "Optional" : "Not connected"}</span>
            )}
          </span>,
        ])}
      </div>
    </Section>
  );
}

function Costs({ nfe, isCached, description }: NodeSegmentProps) {
  const isFunction = Object.values(description.outputs).some(({ wire }) => functionWires.has(wire));
  // A function is built anew for every run, at no cost of its own.
  if (nfe === null || description.inert || isFunction) return null;
  return (
    <Section title="Cost">
      <Fact name="Next run">{isCached ? "Reused" : "Computed"}</Fact>
      {nfe > 0 && <Fact name="Evaluations">{formatCount(isCached ? 0 : nfe)}</Fact>}
    </Section>
  );
}

function Last({ run }: { readonly run: LastRun }) {
  return (
    <Section title="Last run" note={run.seconds === null ? undefined : formatSeconds(run.seconds)}>
      <Fact name="State">{run.state}</Fact>
      {run.values.map(([output, text]) => (
        <Fact key={output} name={output}>
          {text}
        </Fact>
      ))}
    </Section>
  );
}
