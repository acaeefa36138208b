import type { Settings } from "../../../shared/contract.ts";
import { Segments } from "../../ui/parts.tsx";
import styles from "./rail.module.css";

interface SettingsPanelProps {
  readonly theme: Settings["theme"];
  readonly onTheme: (theme: Settings["theme"]) => void;
  readonly outputFolder: string;
  readonly version: string;
}

const themes = [
  { value: "system", label: "System" },
  { value: "dark", label: "Dark" },
  { value: "light", label: "Light" },
] as const;

/** What holds for the whole program. */
export function SettingsPanel({ theme, onTheme, outputFolder, version }: SettingsPanelProps) {
  return (
    <div className={styles.scroll}>
      <div className={styles.setting}>
        <span>Theme</span>
        <Segments label="Theme" value={theme} options={themes} onChange={onTheme} wide />
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
