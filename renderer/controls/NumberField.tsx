import { X } from "lucide-react";
import type { KeyboardEvent, ReactNode } from "react";
import type { CurveParam, IntegerParam, NumberParam } from "../../shared/node/params.ts";
import { showToast } from "../ui/toasts.ts";
import { evaluate } from "./arithmetic.ts";
import styles from "./controls.module.css";
import { type FieldProps, fieldAttributes, newGesture } from "./field.ts";
import { formatNumber } from "./format.ts";
import { onGrid, useScrub } from "./useScrub.ts";
import { useTyping } from "./useTyping.ts";

type Numeric = NumberParam | IntegerParam | CurveParam;

/**
 * A number: dragged sideways, or typed as an expression; with a fill behind it where the parameter has a range.
 * Children are buttons beside the number.
 */
export function NumberField(props: FieldProps<Numeric> & { readonly children?: ReactNode }) {
  const { param, value, compact, label, children } = props;
  const { empty, number, typing, result, isWrong, set, input } = useNumber(props);
  const { text } = typing;
  return (
    <div className={`${styles.field} ${styles.number} ${isWrong ? styles.wrong : ""}`}>
      <Range param={param} value={number} />
      {compact && <span className={styles.label}>{label}</span>}
      {compact && children}
      <input
        className={styles.value}
        {...fieldAttributes(props)}
        role="spinbutton"
        aria-valuenow={value === null ? undefined : number}
        aria-valuemin={param.min}
        aria-valuemax={param.max}
        aria-valuetext={value === null ? empty : undefined}
        aria-invalid={isWrong}
        inputMode="decimal"
        placeholder={empty === undefined ? undefined : "auto"}
        title={param.about}
        {...input}
      />
      {text !== null && result !== null && isExpression(text) && (
        <span className={styles.result}>= {formatNumber(result, 0)}</span>
      )}
      {param.unit !== undefined && <span className={styles.unit}>{param.unit}</span>}
      {empty !== undefined && value !== null && text === null && (
        <button
          type="button"
          className={styles.icon}
          aria-label={`Clear ${label}`}
          title={empty}
          onClick={() => set(null)}
        >
          <X size={12} />
        </button>
      )}
      {!compact && children}
    </div>
  );
}

/** Typing, dragging and arrow keys of a number field. */
function useNumber({ param, value, label, onChange }: FieldProps<Numeric>) {
  const empty = param.kind === "number" ? param.empty : undefined;
  const number = typeof value === "number" ? value : typeof param.default === "number" ? param.default : 0;
  const set = (next: number | null, gesture = newGesture()) => {
    if (next !== value) onChange(next, gesture);
  };
  const typing = useTyping({
    shown: value === null && empty !== undefined ? "" : formatNumber(number, param.decimals),
    commit: (text) => {
      const typed = read(text, param);
      if (text.trim() === "" && empty !== undefined) set(null);
      else if (typed !== null) set(typed);
      else if (text.trim() !== "")
        showToast({ kind: "info", text: `“${text}” is no number: ${label} stays as it was.` });
    },
  });
  const { text } = typing;
  const result = text === null ? null : read(text, param);
  const scrub = useScrub({
    value: number,
    step: param.step,
    min: param.min ?? Number.NEGATIVE_INFINITY,
    max: param.max ?? Number.POSITIVE_INFINITY,
    perPixel: (width) => (param.slider ? (param.slider[1] - param.slider[0]) / width : param.step / 4),
    onScrub: set,
  });
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const arrow = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
    if (arrow === 0) return typing.attributes.onKeyDown(event);
    event.preventDefault();
    const from = (result ?? number) + arrow * param.step * (event.shiftKey ? 10 : 1);
    const next = limit(onGrid(from, param.step), param);
    set(next);
    typing.setText(formatNumber(next, param.decimals));
  };
  const isWrong = text !== null && text.trim() !== "" && result === null;
  return { empty, number, typing, result, isWrong, set, input: { ...typing.attributes, ...scrub, onKeyDown } };
}

/** A typed number: whole where the parameter is; the limits are left to the check, which says why. */
function read(text: string, param: Numeric): number | null {
  const value = evaluate(text);
  return value !== null && param.kind === "integer" ? Math.round(value) : value;
}

function isExpression(text: string): boolean {
  return !/^\s*[-−+]?[\d.,]*\s*$/.test(text);
}

function limit(value: number, { min, max }: Numeric): number {
  return Math.min(max ?? value, Math.max(min ?? value, value));
}

function Range({ param, value }: { readonly param: Numeric; readonly value: number }) {
  if (param.slider === undefined) return null;
  const [low, high] = param.slider;
  const percent = (at: number) => `${100 * Math.min(1, Math.max(0, (at - low) / (high - low)))}%`;
  return (
    <>
      <span className={styles.fill} style={{ width: percent(value) }} />
      {param.safe !== undefined && (
        <span
          className={styles.safe}
          style={{ left: percent(param.safe[0]), right: `calc(100% - ${percent(param.safe[1])})` }}
        />
      )}
    </>
  );
}
