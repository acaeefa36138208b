const thin = "\u2009";
/** Between a figure and its unit: it does not break. */
const space = "\u00a0";

/** A parameter's number with its own decimals; digits beyond them are kept where rounding would hide them, up to 4. */
export function formatNumber(value: number, decimals: number): string {
  const short = value.toFixed(decimals);
  const exact = Number(short) === value ? short : trimZeros(value.toFixed(Math.min(decimals + 4, 12)), decimals);
  return exact.replace("-", "−");
}

function trimZeros(text: string, decimals: number): string {
  const [whole, fraction = ""] = text.split(".");
  const kept = fraction.replace(/0+$/, "").padEnd(decimals, "0");
  return kept === "" ? (whole ?? "") : `${whole}.${kept}`;
}

/** A count with thin spaces between thousands: 1 480. */
export function formatCount(value: number): string {
  return String(Math.round(value))
    .replace(/\B(?=(\d{3})+$)/g, thin)
    .replace("-", "−");
}

/** Seconds in words of the interface: "0.19 s", "4.8 s", "12 s", "3 min 5 s", "2 h 10 min". */
export function formatSeconds(seconds: number): string {
  if (seconds < 0.995) return `${seconds.toFixed(2)}${space}s`;
  if (seconds < 9.95) return `${seconds.toFixed(1)}${space}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}${space}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}${space}min ${whole % 60}${space}s`;
  return `${Math.floor(whole / 3600)}${space}h ${Math.floor((whole % 3600) / 60)}${space}min`;
}

/** Bytes with a binary factor and the unit people know: "92 MB", "1.1 MB", "9.1 GB". */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit + 1 < units.length) {
    value /= 1024;
    unit++;
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)}${space}${units[unit]}`;
}
