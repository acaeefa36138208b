import type { ModelInfo, ModelResult } from "../../shared/model.ts";
import type { NodeProblem } from "../../shared/node/define.ts";

/** The description that planning found of a model; the sentence why there is none is reported at a port. */
export function foundModel(
  result: ModelResult,
  port: string,
  problem: (found: NodeProblem) => void,
): ModelInfo | undefined {
  if ("info" in result) return result.info;
  problem({ port, severity: "error", message: result.problem });
  return undefined;
}
