import { useEffect, useState } from "react";

/** Seconds that a walk takes when it is played. */
const seconds = 4;

export interface Time {
  /** In moments, 0 to `last`. */
  readonly now: number;
  readonly last: number;
  readonly isPlaying: boolean;
  set(time: number): void;
  /** Plays from here, or from the start if it stands at the end; stops if it plays. */
  toggle(): void;
}

/** The time of a plot whose points move; it stands at the end until somebody moves it. */
export function useTime(moments: number): Time {
  const last = moments - 1;
  const [chosen, setChosen] = useState<number | null>(null);
  const [isPlaying, setPlaying] = useState(false);
  useEffect(() => {
    if (!isPlaying) return;
    let before = performance.now();
    const advance = (at: number) => {
      const passed = Math.max(0, at - before) / 1000;
      before = at;
      setChosen((time) => Math.min(last, (time ?? 0) + (passed / seconds) * last));
      frame = requestAnimationFrame(advance);
    };
    let frame = requestAnimationFrame(advance);
    return () => cancelAnimationFrame(frame);
  }, [isPlaying, last]);
  const now = Math.min(chosen ?? last, last);
  if (isPlaying && now >= last) setPlaying(false);
  return {
    now,
    last,
    isPlaying,
    set(time) {
      setPlaying(false);
      setChosen(time);
    },
    toggle() {
      if (now >= last) setChosen(0);
      setPlaying(!isPlaying);
    },
  };
}
