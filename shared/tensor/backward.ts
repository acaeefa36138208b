import { add } from "./arithmetic.ts";
import { zeros } from "./create.ts";
import { detach, traced, track } from "./kernel.ts";
import { dtypeOf, type Tensor } from "./tensor.ts";

/**
 * Vector-Jacobian product: the cotangents of tracked `leaves` for a cotangent of `output` (its shape). Walks the tape
 * backwards without recursion; a leaf that the output does not depend on gets zeros.
 */
export async function pullback(output: Tensor, cotangent: Tensor, leaves: readonly Tensor[]): Promise<Tensor[]> {
  const sums = new Map<Tensor, Tensor>([[output, cotangent]]);
  for (const node of tapeOrder(output)) {
    const gathered = sums.get(node);
    if (!gathered || !node.origin) continue;
    const parts = await node.origin.pullback(gathered);
    node.origin.inputs.forEach((input, i) => {
      const part = parts[i];
      if (!part || !input.origin) return;
      const before = sums.get(input);
      sums.set(input, before ? add(before, detach(part)) : detach(part));
    });
  }
  return leaves.map((leaf) => sums.get(leaf) ?? zeros(leaf.shape, dtypeOf(leaf)));
}

export interface WithPullback {
  readonly result: Tensor;
  /** Maps a cotangent of the result to one of x. */
  readonly back: (cotangent: Tensor) => Promise<Tensor>;
}

/**
 * Runs `f` at x on a tape of its own, which `back` walks as often as it is asked. The result belongs to the tape that x
 * is on, if any, so that whoever differentiates around `f` still reaches x.
 */
export async function withPullback(x: Tensor, f: (x: Tensor) => Promise<Tensor>): Promise<WithPullback> {
  const leaf = track(x);
  const own = await f(leaf);
  const back = async (cotangent: Tensor) => (await pullback(own, cotangent, [leaf]))[0];
  return { result: traced("withPullback", [x], detach(own), async (g) => [await back(g)]), back };
}

/** Tracked tensors behind an output, each before those it comes from. */
function tapeOrder(output: Tensor): Tensor[] {
  const order: Tensor[] = [];
  const done = new Set<Tensor>();
  const open = new Set<Tensor>();
  const stack = [output];
  while (stack.length > 0) {
    const top = stack[stack.length - 1];
    if (done.has(top)) {
      stack.pop();
    } else if (open.has(top)) {
      done.add(top);
      order.push(top);
      stack.pop();
    } else {
      open.add(top);
      for (const input of top.origin?.inputs ?? []) if (input.origin && !done.has(input)) stack.push(input);
    }
  }
  return order.reverse();
}
