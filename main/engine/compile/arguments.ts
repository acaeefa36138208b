import { curveOf } from "../../../shared/curves/curve.ts";
import { isCurveValue, refuseCurve } from "../../../shared/curves/curveValue.ts";
import type { Curve } from "../../../shared/denoiser.ts";
import type { AnyNode } from "../../../shared/node/define.ts";
import type { Param, ParamValue } from "../../../shared/node/params.ts";
import type { Tensor } from "../../../shared/tensor/tensor.ts";

/** Complete parameter values of a node: those of the document, defaults for the rest. Unknown names are dropped. */
export function completeParams(
  definition: AnyNode,
  given: Readonly<Record<string, ParamValue>>,
): Record<string, ParamValue> {
  const complete: Record<string, ParamValue> = {};
  for (const [name, param] of Object.entries(definition.params) as [string, Param][]) {
    complete[name] = Object.hasOwn(given, name) ? given[name] : (param.default as ParamValue);
  }
  return complete;
}

/**
 * What a node's functions receive: curve parameters (numbers and drawn curves) as functions, seeds as bigint. A value that came over a
 * wire (`wired`) replaces the parameter's own.
 */
export function paramArguments(
  definition: AnyNode,
  params: Readonly<Record<string, ParamValue>>,
  wired: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, param] of Object.entries(definition.params) as [string, Param][]) {
    const value = Object.hasOwn(wired, name) && wired[name] !== undefined ? wired[name] : params[name];
    result[name] = argument(param, value);
  }
  return result;
}

function argument(param: Param, value: unknown): unknown {
  if (param.kind === "curve") return curveArgument(value);
  if (param.kind === "numbers" && typeof value === "number") return [value];
  if (param.kind === "seed" && (typeof value === "number" || typeof value === "bigint")) return BigInt(value);
  // A document may leave a label out; what else is wrong has been refused by now, or nothing is run.
  if (param.kind === "components" && Array.isArray(value)) return value.map((one) => ({ label: "", ...one }));
  return value;
}

/** A curve wire's function stays as it is; an object that is no curve has been refused, so nothing will read it. */
function curveArgument(value: unknown): unknown {
  if (typeof value === "number") return curveOf(value);
  if (isSamples(value)) return value.data.length === 1 ? curveOf(value.data[0]) : perSample(value.data.length);
  return isCurveValue(value) && refuseCurve("", value) === null ? curveOf(value) : value;
}

/** What a number wire carries that has a value for each sample. */
function isSamples(value: unknown): value is Tensor {
  return typeof value === "object" && value !== null && "data" in value;
}

/** A curve has one value for the whole batch: reading it says so at the node that reads. */
function perSample(count: number): Curve {
  return () => {
    throw new Error(
      `A curve has one value for the whole batch, but the number wire carries ${count}. Connect one number.`,
    );
  };
}
