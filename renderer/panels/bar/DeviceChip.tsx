import { Check, Cpu } from "lucide-react";
import { useState } from "react";
import type { CallOutput } from "../../../shared/contract.ts";
import type { DeviceName, DeviceReport } from "../../../shared/plan.ts";
import { Menu, MenuItem, MenuSeparator } from "../../ui/Menu.tsx";
import styles from "./bar.module.css";
import { MemoryMenu } from "./MemoryMenu.tsx";

export const deviceTitles: Readonly<Record<DeviceName, string>> = {
  auto: "Auto",
  cpu: "CPU",
  webgpu: "WebGPU",
  cuda: "CUDA",
  dml: "DirectML",
  coreml: "Core ML",
};

interface DeviceChipProps {
  readonly chosen: DeviceName;
  /** What the engine uses, once it said so. */
  readonly report: DeviceReport | null;
  /** Memory that networks may take, in GB; null = what the machine has free. */
  readonly memoryGb: number | null;
  readonly load: () => Promise<CallOutput<"engine.devices">>;
  readonly onChoose: (device: DeviceName) => void;
  readonly onMemory: (memoryGb: number | null) => void;
}

/** The device that runs the networks and the memory that they may take, and the choice of others. */
export function DeviceChip({ chosen, report, memoryGb, load, onChoose, onMemory }: DeviceChipProps) {
  const [devices, setDevices] = useState<CallOutput<"engine.devices"> | null>(null);
  const used = report?.requested === chosen ? deviceTitles[report.used] : null;
  const label = chosen === "auto" && used !== null ? used : deviceTitles[chosen];
  const ask = () => {
    load()
      .then(setDevices)
      .catch(() => setDevices([]));
  };
  return (
    <Menu
      trigger={
        <button
          type="button"
          className={`${styles.chip} ${styles.device}`}
          data-testid="device"
          aria-label={`Device: ${label}`}
          onPointerEnter={ask}
          onFocus={ask}
        >
          <Cpu className={styles.glyph} size={14} strokeWidth={2.1} aria-hidden />
          {label}
        </button>
      }
    >
      <MenuItem
        icon={chosen === "auto" ? Check : undefined}
        label="Auto"
        about={used === null ? "The fastest one that works" : `The fastest one that works: ${used}`}
        onSelect={() => onChoose("auto")}
      />
      {(devices ?? [])
        .filter(({ device }) => device !== "auto")
        .map(({ device, available, reason }) => (
          <MenuItem
            key={device}
            icon={device === chosen ? Check : undefined}
            label={deviceTitles[device]}
            about={reason}
            disabled={!available}
            onSelect={() => onChoose(device)}
          />
        ))}
      <MenuSeparator />
      <MemoryMenu chosen={memoryGb} onChoose={onMemory} />
    </Menu>
  );
}
