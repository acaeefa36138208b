import { Pause, Play } from "lucide-react";
import { IconButton } from "../ui/Button.tsx";
import styles from "./plot.module.css";
import type { Time } from "./useTime.ts";

interface TimeSliderProps {
  readonly time: Time;
  /** Noise level at the moment, where it is known. */
  readonly sigma: number | null;
}

/** Moves the points of a plot along their paths, by hand or by itself. */
export function TimeSlider({ time: { now, last, isPlaying, set, toggle }, sigma }: TimeSliderProps) {
  return (
    <div className={`${styles.time} nodrag nowheel`} data-card="controls">
      <IconButton
        label={isPlaying ? "Pause" : "Play"}
        icon={isPlaying ? Pause : Play}
        size={14}
        side="top"
        onClick={toggle}
      />
      <input
        type="range"
        aria-label="Time"
        aria-valuetext={sigma === null ? `Step ${now.toFixed(1)} of ${last}` : `Sigma ${sigma.toPrecision(3)}`}
        min={0}
        max={last}
        step="any"
        value={now}
        onChange={(event) => set(Number(event.target.value))}
        onKeyDown={(event) => {
          const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
          if (steps === undefined) return;
          event.preventDefault();
          set(Math.min(last, Math.max(0, Math.round(now) + steps)));
        }}
      />
      <span className="number">
        {Math.floor(now)} / {last}
      </span>
    </div>
  );
}
