import { add } from "./arithmetic.ts";
import { zeros } from "./create.ts";
import { detach } from "./kernel.ts";
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
