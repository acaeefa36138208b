import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import styles from "./ui.module.css";

interface SegmentsProps<T extends string> {
  /** What is chosen here, for assistive programs. */
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string; readonly count?: number }[];
  readonly onChange: (value: T) => void;
  /** Shares the whole width among the segments. */
  readonly wide?: boolean;
}

/** One of a few, all in sight. */
export function Segments<T extends string>({ label, value, options, onChange, wide = false }: SegmentsProps<T>) {
  return (
    <div className={`${styles.segments} ${wide ? styles.wide : ""}`} role="tablist" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          role="tab"
          aria-selected={option.value === value}
          className={styles.segment}
          onClick={() => onChange(option.value)}
        >
          {option.label}
          {option.count !== undefined && ` ${option.count}`}
        </button>
      ))}
    </div>
  );
}

interface RingProps {
  /** 0 to 1, or null while nobody knows how long it takes. */
  readonly value: number | null;
  /** Pixels. */
  readonly size?: number;
}

/** Progress as a ring. */
export function Ring({ value, size = 14 }: RingProps) {
  const length = 2 * Math.PI * 5;
  return (
    <svg className={value === null ? styles.turning : ""} width={size} height={size} viewBox="0 0 14 14" aria-hidden>
      <g fill="none" strokeWidth="2.4" transform="rotate(-90 7 7)">
        <circle cx="7" cy="7" r="5" stroke="var(--focus)" strokeOpacity="0.3" />
        <circle cx="7" cy="7" r="5" stroke="var(--focus)" strokeDasharray={`${(value ?? 0.25) * length} ${length}`} />
      </g>
    </svg>
  );
}

interface EmptyStateProps {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly text?: string;
  readonly action?: ReactNode;
}

/** What belongs here while nothing is. */
export function EmptyState({ icon: Icon, title, text, action }: EmptyStateProps) {
  return (
    <div className={styles.empty}>
      <Icon size={28} strokeWidth={1.8} aria-hidden />
      <strong>{title}</strong>
      {text !== undefined && <p>{text}</p>}
      {action}
    </div>
  );
}
