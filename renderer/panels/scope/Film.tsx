import type { KeyboardEvent } from "react";
import styles from "./scope.module.css";
import type { StepRecord } from "./trace.ts";

interface FilmProps {
  readonly steps: number;
  /** Records of the sampler. */
  readonly records: readonly StepRecord[];
  /** Step under the cursor. */
  readonly step: number;
  readonly onStep: (step: number) => void;
}

/** Frames beyond this stand shoulder to shoulder. */
const mostWithGaps = 24;

/** Every step as a small picture; the cursor moves over them with pointer and arrow keys. */
export function Film({ steps, records, step, onStep }: FilmProps) {
  const last = records.at(-1)?.step ?? 1;
  const count = Math.max(steps, last);
  const previews = records.filter(({ preview }) => preview !== undefined);
  return (
    <div
      className={styles.film}
      style={{ gridTemplateColumns: `repeat(${count}, minmax(0, 1fr))`, maxWidth: count * 18 }}
      data-testid="scope-film"
      data-dense={count > mostWithGaps}
      role="slider"
      tabIndex={0}
      aria-label="Step"
      aria-valuemin={1}
      aria-valuemax={last}
      aria-valuenow={step}
      onKeyDown={(event) => moveByKey(event, step, last, onStep)}
    >
      {Array.from({ length: count }, (_, i) => i + 1).map((one) => (
        <Frame
          key={one}
          // A step whose picture was left out looks like the one before it.
          preview={one <= last ? previews.findLast(({ step: at }) => at <= one)?.preview : undefined}
          isCurrent={one === step}
          onPoint={one <= last ? () => onStep(one) : undefined}
        />
      ))}
    </div>
  );
}

interface FrameProps {
  readonly preview: string | undefined;
  readonly isCurrent: boolean;
  readonly onPoint: (() => void) | undefined;
}

function Frame({ preview, isCurrent, onPoint }: FrameProps) {
  return (
    <span
      className={styles.frame}
      data-current={isCurrent}
      onPointerDown={onPoint}
      onPointerEnter={({ buttons }) => buttons === 1 && onPoint?.()}
    >
      {preview !== undefined && <img src={preview} alt="" draggable={false} />}
    </span>
  );
}

function moveByKey(event: KeyboardEvent, step: number, last: number, onStep: (step: number) => void): void {
  const targets: Readonly<Record<string, number>> = {
    ArrowLeft: step - 1,
    ArrowDown: step - 1,
    ArrowRight: step + 1,
    ArrowUp: step + 1,
    PageDown: step - 5,
    PageUp: step + 5,
    Home: 1,
    End: last,
  };
  const target = targets[event.key];
  if (target === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  onStep(Math.min(last, Math.max(1, target)));
}
