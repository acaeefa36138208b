import { X } from "lucide-react";
import { type KeyboardEvent, useRef, useState } from "react";
import type { CurveParam, IntegerParam, NumberParam } from "../../shared/node/params.ts";
import { evaluate } from "./arithmetic.ts";
import styles from "./controls.module.css";
import { type FieldProps, fieldAttributes, newGesture } from "./field.ts";
import { formatNumber } from "./format.ts";
import { onGrid, useScrub } from "./useScrub.ts";

type Numeric = NumberParam | IntegerParam | CurveParam;

/** A number: dragged sideways, or typed as an expression; with a fill behind it where the parameter has a range. */
export function NumberField(props: FieldProps<Numeric>) {
  const { param, value, compact, label, onChange } = props;
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState<string | null>(null);
  const empty = param.kind === "number" ? param.empty : undefined;
  const number = typeof value === "number" ? value : typeof param.default === "number" ? param.default : 0;
  const shown = value === null && empty !== undefined ? "" : formatNumber(number, param.decimals);
  const result = text === null ? null : read(text, param);
  const set = (next: number | null, gesture = newGesture()) => {
    if (next !== value) onChange(next, gesture);
  };
  const commit = () => {
    setText(null);
    if (text === null || text === shown) return;
    if (text.trim() === "" && empty !== undefined) set(null);
    else if (result !== null) set(result);
  };
  const scrub = useScrub({
    value: number,
    step: param.step,
    min: param.min ?? Number.NEGATIVE_INFINITY,
    max: param.max ?? Number.POSITIVE_INFINITY,
    perPixel: (width) => (param.slider ? (param.slider[1] - param.slider[0]) / width : param.step / 4),
    onScrub: set,
    onClick: () => input.current?.focus(),
  });
  const isWrong = text !== null && text.trim() !== "" && result === null;
  return (
    <div className={`${styles.field} ${styles.number} ${isWrong ? styles.wrong : ""}`}>
      <Range param={param} value={number} />
      {compact && <span className={styles.label}>{label}</span>}
      <input
        ref={input}
        className={styles.value}
        {...fieldAttributes(props)}
        role="spinbutton"
        aria-valuenow={value === null ? undefined : number}
        aria-valuemin={param.min}
        aria-valuemax={param.max}
        aria-valuetext={shown || empty}
        aria-invalid={isWrong}
        inputMode="decimal"
        spellCheck={false}
        placeholder={empty === undefined ? undefined : "auto"}
        title={param.about}
        value={text ?? shown}
        onChange={(event) => setText(event.target.value)}
        onFocus={(event) => {
          setText(shown);
          // After the state has put the same text there, so that the selection stays.
          const field = event.currentTarget;
          requestAnimationFrame(() => document.activeElement === field && field.select());
        }}
        onBlur={commit}
        onKeyDown={(event) =>
          keyDown(event, { commit, revert: () => setText(null), step: (by) => stepBy(by, result ?? number) })
        }
        {...scrub}
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
    </div>
  );

  function stepBy(by: number, from: number) {
    const next = limit(onGrid(from + by * param.step, param.step), param);
    set(next);
    setText(formatNumber(next, param.decimals));
  }
}

interface KeyActions {
  readonly commit: () => void;
  readonly revert: () => void;
  readonly step: (by: number) => void;
}

function keyDown(event: KeyboardEvent<HTMLInputElement>, { commit, revert, step }: KeyActions): void {
  // Ctrl Enter and the like belong to the window.
  if (event.ctrlKey || event.metaKey || event.altKey) {
    if (event.key === "Enter") commit();
    return;
  }
  const arrow = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
  if (arrow !== 0) {
    event.preventDefault();
    step(arrow * (event.shiftKey ? 10 : 1));
  } else if (event.key === "Enter") {
    event.currentTarget.blur();
  } else if (event.key === "Escape") {
    event.stopPropagation();
    revert();
    const field = event.currentTarget;
    // Leaving the field commits, so the old text has to be back before.
    requestAnimationFrame(() => field.blur());
  }
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
