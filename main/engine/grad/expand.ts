import type { OnnxNode, OnnxWeight } from "../onnx/document.ts";
import type { ValueInfo } from "../onnx/valueInfo.ts";

interface Expansion {
  readonly nodes: readonly OnnxNode[];
  readonly weights: readonly OnnxWeight[];
}

/** A fused operator as the standard ones that it stands for; null for one that stays as it is. */
export function expansionOf(_node: OnnxNode, _infos: ReadonlyMap<string, ValueInfo>): Expansion | null {
  return null;
}

/** Whether an operator is replaced by standard ones. */
export function isExpanded(_node: OnnxNode): boolean {
  return false;
}
