import { ChevronDown, ListOrdered, ListX, Play, Square } from "lucide-react";
import { useKeys } from "../../state/bindings.ts";
import { Button, Hint } from "../../ui/Button.tsx";
import { Menu, MenuItem } from "../../ui/Menu.tsx";
import styles from "./bar.module.css";

interface RunButtonsProps {
  readonly canRun: boolean;
  /** Something runs: Run becomes Queue, with Stop beside it. */
  readonly isRunning: boolean;
  readonly waiting: number;
  readonly onRun: () => void;
  readonly onStop: () => void;
  readonly onShowQueue: () => void;
  readonly onClearWaiting: () => void;
}

/** Starts and stops runs. */
export function RunButtons({
  canRun,
  isRunning,
  waiting,
  onRun,
  onStop,
  onShowQueue,
  onClearWaiting,
}: RunButtonsProps) {
  const keys = useKeys();
  const label = isRunning ? "Queue" : "Run";
  return (
    <>
      {isRunning && (
        <Hint text="Stop the run" keys={keys("stop")}>
          <Button icon={Square} data-testid="stop" onClick={onStop}>
            Stop
          </Button>
        </Hint>
      )}
      <div className={styles.run}>
        <Hint text={isRunning ? "Run again after this one" : "Run what changed"} keys={keys("run")}>
          <button type="button" className={styles.start} data-testid="run" disabled={!canRun} onClick={onRun}>
            <Play size={14} strokeWidth={2.1} aria-hidden />
            {label}
          </button>
        </Hint>
        <Menu
          trigger={
            <button type="button" className={styles.more} aria-label="More about running">
              <ChevronDown size={14} strokeWidth={2.1} />
            </button>
          }
        >
          <MenuItem icon={Play} label={label} keys={keys("run")} disabled={!canRun} onSelect={onRun} />
          <MenuItem icon={Square} label="Stop" keys={keys("stop")} disabled={!isRunning} onSelect={onStop} />
          <MenuItem icon={ListOrdered} label="Show the queue" onSelect={onShowQueue} />
          <MenuItem icon={ListX} label="Cancel waiting runs" disabled={waiting === 0} onSelect={onClearWaiting} />
        </Menu>
      </div>
    </>
  );
}
