import type { NodeProblem } from "../../shared/node/define.ts";
import type { WireForecasts } from "../../shared/node/wires.ts";
import { formatShape } from "../../shared/tensor/tensor.ts";

type Known = WireForecasts["noise"] | undefined;

/** What is known of a noise made of two: the shape of either. Reports two that differ, at the second one's `port`. */
export function sharedShape(a: Known, b: Known, port: string, problem: (found: NodeProblem) => void): Known {
  if (a?.shape && b?.shape && formatShape(a.shape) !== formatShape(b.shape)) {
    const message = `The noises are ${formatShape(a.shape)} and ${formatShape(b.shape)}. Choose two of one shape.`;
    problem({ port, severity: "error", message });
  }
  return a?.shape ? a : b;
}
