import { Download, Plus, X } from "lucide-react";
import { IconButton } from "../../ui/Button.tsx";
import { Menu, MenuItem } from "../../ui/Menu.tsx";
import { Ring } from "../../ui/parts.tsx";
import { type ExportFormat, exportFormats } from "./exportScope.ts";
import styles from "./scope.module.css";
import type { Trace } from "./trace.ts";

interface RunChipsProps {
  readonly current: Trace;
  /** 0 to 1 while it runs. */
  readonly progress: number;
  /** Runs laid behind the current one. */
  readonly compared: readonly Trace[];
  /** Further runs to compare with. */
  readonly others: readonly Trace[];
  /** What tells a run from the others: "scale 4". */
  readonly nameOf: (trace: Trace) => string;
  readonly onCompare: (jobs: readonly string[]) => void;
  readonly onExport: (format: ExportFormat) => void;
}

/** Which runs are shown. */
export function RunChips({ current, progress, compared, others, nameOf, onCompare, onExport }: RunChipsProps) {
  const label = (trace: Trace) => [`Run ${trace.number}`, nameOf(trace)].filter(Boolean).join(", ");
  const jobs = compared.map(({ job }) => job);
  return (
    <div className={styles.runs}>
      <div className={styles.chips}>
        <span className={styles.now} data-testid="scope-run">
          {current.isRunning ? <Ring value={progress} /> : <i className={styles.line} />}
          <span>{label(current)}</span>
        </span>
        {compared.map((trace) => (
          <span key={trace.job} className={styles.then} data-testid="scope-compared">
            <i className={styles.dashes} />
            <span>{label(trace)}</span>
            <button
              type="button"
              aria-label={`Hide run ${trace.number}`}
              onClick={() => onCompare(jobs.filter((job) => job !== trace.job))}
            >
              <X size={12} strokeWidth={2.1} aria-hidden />
            </button>
          </span>
        ))}
      </div>
      <Menu trigger={<IconButton label="Compare with a run" icon={Plus} disabled={others.length === 0} />}>
        {others.map((trace) => (
          <MenuItem key={trace.job} label={label(trace)} onSelect={() => onCompare([...jobs, trace.job])} />
        ))}
      </Menu>
      <Menu trigger={<IconButton label="Export the charts" icon={Download} data-testid="scope-export" />}>
        {exportFormats.map(({ format, label: name, about }) => (
          <MenuItem key={format} label={name} about={about} onSelect={() => onExport(format)} />
        ))}
      </Menu>
    </div>
  );
}
