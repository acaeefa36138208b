import type { ModelInfo } from "../../../shared/model.ts";
import type { Facts } from "../../../shared/node/define.ts";
import type { DeviceName } from "../../../shared/plan.ts";

/** What compiling has to know of the disk and the machine, gathered before, so that compiling is pure. */
export interface CompileFacts extends Facts {
  readonly device: DeviceName;
  /** Content fingerprint of a file or folder that a parameter names; null if it does not exist. */
  fingerprint(path: string): string | null;
  /** Rows that one runtime call of the denoising network may carry. */
  batchCapacity(info: ModelInfo, shape: readonly number[]): number;
  /** Memory that networks and their calls may take. */
  readonly budgetBytes: number;
  /** Memory of the machine: a value that cannot fit is refused before anything runs. */
  readonly memoryBytes: number;
  /** Whether a step's values are in the cache. */
  isCached(key: string): boolean;
}
