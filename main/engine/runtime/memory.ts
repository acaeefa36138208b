import { freemem, totalmem } from "node:os";

/**
 * Bytes that networks may take where nobody says: what the machine has left, and what this process holds already in
 * open networks. macOS counts as free only what nobody has touched, so half of the machine stands for it there.
 */
export function measuredMemory(heldBytes: number): number {
  const free = process.availableMemory?.() ?? freemem();
  const left = process.platform === "darwin" ? Math.max(free, totalmem() / 2) : free;
  return Math.min(totalmem(), left + heldBytes);
}

/** Open networks that no run uses keep no more than this share of the machine. */
export const idleBytes = totalmem() / 2;
