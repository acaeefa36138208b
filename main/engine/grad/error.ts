import type { OnnxNode } from "../onnx/document.ts";

/** A model, or a part of it, has no gradient. The message names the node, the operator and what to do. */
export class GradientError extends Error {}

/** A name of a file as a sentence can hold it. */
export const shown = (name: string) => name.replaceAll(/\p{Cc}/gu, "?");

/** What a sentence calls a node. */
export const labelOf = (node: OnnxNode) => shown(node.name || node.outputs[0] || node.op);

/** The sentence that refuses a node, for a reason. */
export function refusal(node: OnnxNode, reason: string): GradientError {
  const label = labelOf(node);
  const op = shown(node.domain ? `${node.domain}.${node.op}` : node.op);
  return new GradientError(
    `The gradient stops at node “${label}” (${op}): ${reason}. Take another output, or a reward without gradient.`,
  );
}
