import { RotateCcw } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import { bind, isOwn, ownerOf, refuseChord, resetKeys, useKeys } from "../../state/bindings.ts";
import { chordOf } from "../../state/chord.ts";
import { commandOf } from "../../state/commands.ts";
import { attempt } from "../../state/files.ts";
import { Button, IconButton } from "../../ui/Button.tsx";
import { Keys } from "../../ui/Keys.tsx";
import styles from "./shortcuts.module.css";

interface ShortcutRowProps {
  readonly id: string;
  readonly label: string;
  /** The next key press becomes the shortcut. */
  readonly isChanging: boolean;
  readonly onChanging: (isChanging: boolean) => void;
}

/** A command and its shortcut, which a press on it changes. */
export function ShortcutRow({ id, label, isChanging, onChanging }: ShortcutRowProps) {
  const keys = useKeys()(id);
  if (isChanging) return <Recorder id={id} label={label} onEnd={() => onChanging(false)} />;
  return (
    <div className={styles.row} data-testid={`shortcut-${id}`}>
      <span>{label}</span>
      {isOwn(id) && (
        <IconButton
          label={`Reset the shortcut of ${label}`}
          icon={RotateCcw}
          size={12}
          side="left"
          className={styles.reset ?? ""}
          onClick={() => void attempt(() => resetKeys(id))}
        />
      )}
      <button
        type="button"
        className={styles.keys}
        aria-label={`${label}: ${keys?.replaceAll("+", " ") ?? "None"}. Change`}
        onClick={() => onChanging(true)}
      >
        {keys === undefined ? <span className={styles.none}>None</span> : <Keys keys={keys} />}
      </button>
    </div>
  );
}

interface RecorderProps {
  readonly id: string;
  readonly label: string;
  readonly onEnd: () => void;
}

/** Waits for keys. Those of another command are taken from it only when the person says so. */
function Recorder({ id, label, onEnd }: RecorderProps) {
  const [taken, setTaken] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const use = (chord: string | null) => {
    onEnd();
    void attempt(() => bind(id, chord));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    event.preventDefault();
    event.stopPropagation();
    const chord = chordOf(event.nativeEvent);
    if (chord === null) return;
    const owner = ownerOf(chord, id);
    const refusal = refuseChord(chord);
    const name = chord.replaceAll("+", " ");
    setTaken(refusal === null && owner !== undefined ? chord : null);
    if (refusal === null && owner === undefined) use(chord);
    else setProblem(refusal ?? `${name} already means “${commandOf(owner ?? "")?.label.replace("…", "")}”.`);
  };
  return (
    <div className={styles.recorder} data-testid={`shortcut-${id}`}>
      <div className={styles.row}>
        <span>{label}</span>
        <button
          type="button"
          ref={(button) => button?.focus()}
          className={`${styles.keys} ${styles.waiting}`}
          aria-label={`Press the new keys for ${label}`}
          onKeyDown={onKeyDown}
        >
          Press keys
        </button>
      </div>
      <div className={styles.answers}>
        <p role="alert">{problem}</p>
        {taken !== null && (
          <Button small kind="primary" onClick={() => use(taken)}>
            Use it here
          </Button>
        )}
        <Button small onClick={() => use(null)}>
          No shortcut
        </Button>
        <Button small onClick={onEnd}>
          Cancel
        </Button>
      </div>
    </div>
  );
}
