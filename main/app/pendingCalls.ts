import type { HostMessage } from "../engine/engineTypes.ts";
import { Failure } from "./failure.ts";

type Answer = Exclude<HostMessage, { readonly event: unknown }>;

/** Requests that wait for an answer, by number. */
export interface PendingCalls {
  add(): { readonly id: number; readonly answer: Promise<unknown> };
  settle(answer: Answer): void;
  rejectAll(reason: string): void;
}

export function createPendingCalls(): PendingCalls {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Failure): void }>();
  let lastId = 0;
  return {
    add() {
      const id = ++lastId;
      return { id, answer: new Promise((resolve, reject) => void waiting.set(id, { resolve, reject })) };
    },
    settle(answer) {
      const call = waiting.get(answer.id);
      waiting.delete(answer.id);
      if ("error" in answer) call?.reject(new Failure(answer.error.code, answer.error.message, answer.error));
      else call?.resolve(answer.result);
    },
    rejectAll(reason) {
      for (const { reject } of waiting.values()) reject(new Failure("engine", reason));
      waiting.clear();
    },
  };
}
