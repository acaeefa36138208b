import type { Bridge, CallInput, CallName, CallOutput, ContractError } from "../../shared/contract.ts";

declare global {
  interface Window {
    readonly fairlead: Bridge;
  }
}

/** A request that main or the engine refused, with a sentence for people. */
export class ContractFailure extends Error {
  readonly error: ContractError;

  constructor(error: ContractError) {
    super(error.message);
    this.name = "ContractFailure";
    this.error = error;
  }
}

/** Asks main or the engine. Throws a ContractFailure. */
export async function call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
  const result = await window.fairlead.call(name, input);
  if (result.ok) return result.value;
  throw new ContractFailure(result.error);
}

/** Subscribes to an event; returns a function that ends the subscription. */
export const on: Bridge["on"] = (name, listener) => window.fairlead.on(name, listener);
