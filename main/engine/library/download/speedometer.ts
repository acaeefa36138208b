const windowMs = 5000;
const markEveryMs = 100;

/** Bytes in a second over the last seconds. */
export interface Speedometer {
  /** Takes note of how much there is now. */
  see(bytes: number): void;
  value(): number;
}

/** `now` gives milliseconds. */
export function createSpeedometer(now: () => number = () => performance.now()): Speedometer {
  let marks: { readonly at: number; readonly bytes: number }[] = [];
  return {
    see(bytes) {
      const at = now();
      const last = marks.at(-1);
      if (last !== undefined && bytes >= last.bytes && at - last.at < markEveryMs) return;
      // A server that begins anew takes away what there was.
      if (last !== undefined && bytes < last.bytes) marks = [];
      marks = [...marks.filter((mark) => at - mark.at < windowMs), { at, bytes }];
    },
    value() {
      const [first, last] = [marks[0], marks.at(-1)];
      if (first === undefined || last === undefined) return 0;
      const seconds = (last.at - first.at) / 1000;
      return seconds < 0.2 ? 0 : (last.bytes - first.bytes) / seconds;
    },
  };
}
