import { type DeviceName, deviceNames } from "../../../shared/plan.ts";
import { candidates, probe } from "./providers.ts";

export interface DeviceState {
  readonly device: DeviceName;
  readonly available: boolean;
  readonly reason?: string;
}

/** Every device that a person may choose, with the reason where it does not work here. */
export function listDevices(cacheFolder: string | null): Promise<DeviceState[]> {
  return Promise.all(
    deviceNames.map(async (device): Promise<DeviceState> => {
      if (device === "auto") return { device, available: true };
      if (!candidates().includes(device))
        return { device, available: false, reason: `Not part of ONNX Runtime on ${process.platform}.` };
      const { ok, reason } = await probe(device, cacheFolder);
      return { device, available: ok, ...(reason === undefined ? {} : { reason }) };
    }),
  );
}
