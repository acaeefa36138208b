import { Keyboard, Minus, Plus } from "lucide-react";
import type { Settings } from "../../../shared/contract.ts";
import { Button, IconButton } from "../../ui/Button.tsx";
import { Segments } from "../../ui/parts.tsx";
import styles from "./rail.module.css";

interface SettingsPanelProps {
  readonly theme: Settings["theme"];
  readonly scale: number;
  readonly motion: Settings["motion"];
  readonly onChange: (change: Partial<Settings>) => void;
  readonly onShortcuts: () => void;
  readonly outputFolder: string;
  readonly version: string;
}

/** Sizes of the window's content, in parts of the designed one. */
const scales = [0.8, 0.9, 1, 1.1, 1.25, 1.5];

const motions = [
  { value: "system", label: "As the system" },
  { value: "reduced", label: "Reduced" },
] as const;

const themes = [
  { value: "system", label: "System" },
  { value: "dark", label: "Dark" },
  { value: "light", label: "Light" },
] as const;

/** What holds for the whole program. */
export function SettingsPanel(props: SettingsPanelProps) {
  const { theme, scale, motion, onChange, onShortcuts, outputFolder, version } = props;
  return (
    <div className={styles.scroll}>
      <div className={styles.setting}>
        <span>Theme</span>
        <Segments label="Theme" value={theme} options={themes} onChange={(next) => onChange({ theme: next })} wide />
      </div>
      <div className={styles.setting}>
        <span>Size of the interface</span>
        <Scale scale={scale} onScale={(next) => onChange({ scale: next })} />
      </div>
      <div className={styles.setting}>
        <span>Motion</span>
        <Segments
          label="Motion"
          value={motion}
          options={motions}
          onChange={(next) => onChange({ motion: next })}
          wide
        />
      </div>
      <div className={styles.setting}>
        <span>Keyboard</span>
        <Button icon={Keyboard} onClick={onShortcuts}>
          Change shortcuts
        </Button>
      </div>
      <div className={styles.setting}>
        <span>Save nodes write to</span>
        <p className="mono">{outputFolder}</p>
      </div>
      <div className={styles.setting}>
        <span>Version</span>
        <p className="mono">Fairlead {version}</p>
      </div>
    </div>
  );
}

interface ScaleProps {
  readonly scale: number;
  readonly onScale: (scale: number) => void;
}

function Scale({ scale, onScale }: ScaleProps) {
  const smaller = scales.findLast((one) => one < scale);
  const larger = scales.find((one) => one > scale);
  const item = { size: 14, side: "top" } as const;
  return (
    <fieldset className={styles.stepper} aria-label="Size of the interface">
      <IconButton
        {...item}
        label="Smaller"
        icon={Minus}
        disabled={smaller === undefined}
        onClick={() => smaller !== undefined && onScale(smaller)}
      />
      <output aria-label="Size">{`${Math.round(100 * scale)}\u2009%`}</output>
      <IconButton
        {...item}
        label="Larger"
        icon={Plus}
        disabled={larger === undefined}
        onClick={() => larger !== undefined && onScale(larger)}
      />
    </fieldset>
  );
}
