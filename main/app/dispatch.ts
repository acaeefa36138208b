import { type CallInput, type CallName, type CallOutput, calls } from "../../shared/contract.ts";
import { Failure, toContractError } from "./failure.ts";

/** What answers each call of the contract. */
export type Handlers = { readonly [N in CallName]: (input: CallInput<N>) => Promise<CallOutput<N>> };

type Result = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown };

/**
 * Answers one call of the page: refuses names that the contract does not have and inputs that do not fit, and turns
 * every error into data. Never throws.
 */
export async function dispatch(handlers: Handlers, name: unknown, input: unknown): Promise<Result> {
  try {
    if (typeof name !== "string" || !Object.hasOwn(calls, name)) {
      throw new Failure("refused", `There is no call "${String(name)}".`);
    }
    const call = name as CallName;
    const parsed = calls[call].in.safeParse(input);
    if (!parsed.success) throw new Failure("invalid", `"${call}" was called with input that does not fit.`);
    const handler = handlers[call] as (input: unknown) => Promise<unknown>;
    return { ok: true, value: await handler(parsed.data) };
  } catch (error) {
    return { ok: false, error: toContractError(error) };
  }
}
