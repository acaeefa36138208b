import type { OnnxNode } from "../onnx/document.ts";

/** A model, or a part of it, has no gradient. The message names the node, the operator and what to do. */
export class GradientError extends Error {}

/** The sentence that refuses a node, for a reason. */
export function refusal(node: OnnxNode, reason: string): GradientError {
  const label = node.name || node.outputs[0];
  const op = node.domain ? `${node.domain}.${node.op}` : node.op;
  return new GradientError(
    `The gradient stops at node “${label}” (${op}): ${reason}. Take another output, or a reward without gradient.`,
  );
}
