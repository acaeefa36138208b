import { type CurveValue, isCurveValue, refuseCurve } from "../../../shared/curves/curveValue.ts";
import type { Param, ParamValue } from "../../../shared/node/params.ts";

const maxSeed = 2n ** 64n - 1n;

/** A sentence why a value does not suit a parameter, or null. `label` opens the sentence. */
export function refuseValue(label: string, param: Param, value: ParamValue): string | null {
  switch (param.kind) {
    case "number":
    case "integer":
      return refuseNumber(label, param, value);
    case "curve":
      return isCurveValue(value) ? refuseDrawn(label, param, value) : refuseNumber(label, param, value);
    case "seed":
      return refuseSeed(label, value);
    case "boolean":
      return typeof value === "boolean" ? null : `${label} must be true or false, not ${kindOf(value)}.`;
    case "select":
      return refuseChoice(label, param, value);
    case "numbers":
      return refuseNumbers(label, value);
    case "components":
      return refuseComponents(label, value);
    case "text":
    case "file":
      return typeof value === "string" ? null : `${label} must be text, not ${kindOf(value)}.`;
    case "color":
      return typeof value === "string" && /^#[0-9a-f]{6}$/i.test(value)
        ? null
        : `${label} must be a colour such as #3257d6.`;
  }
}

type Numeric = Extract<Param, { kind: "number" | "integer" | "curve" }>;

function refuseNumber(label: string, param: Numeric, value: ParamValue): string | null {
  if (value === null && param.kind === "number" && param.empty !== undefined) return null;
  if (typeof value === "bigint") return `${label} is too large. ${rangeOf(param)}`.trim();
  if (typeof value !== "number") return `${label} must be a number, not ${kindOf(value)}.`;
  if (!Number.isFinite(value)) return `${label} must be a finite number.`;
  if (param.kind === "integer" && !Number.isInteger(value)) return `${label} must be a whole number, not ${value}.`;
  if (param.min !== undefined && value < param.min) return `${label} is ${value}. ${rangeOf(param)}`;
  if (param.max !== undefined && value > param.max) return `${label} is ${value}. ${rangeOf(param)}`;
  return null;
}

function refuseDrawn(label: string, param: Numeric, value: object): string | null {
  const sentence = refuseCurve(label, value);
  if (sentence) return sentence;
  const { points } = value as CurveValue;
  const wrong = points.findIndex(([, y]) => refuseNumber(label, param, y) !== null);
  return wrong < 0 ? null : `${label} is ${points[wrong][1]} at point ${wrong + 1} of its curve. ${rangeOf(param)}`;
}

function rangeOf(param: Numeric): string {
  if (param.min !== undefined && param.max !== undefined) return `It takes ${param.min} to ${param.max}.`;
  if (param.min !== undefined) return `It takes ${param.min} and more.`;
  return param.max === undefined ? "" : `It takes at most ${param.max}.`;
}

function refuseSeed(label: string, value: ParamValue): string | null {
  const isWhole = typeof value === "bigint" || (typeof value === "number" && Number.isSafeInteger(value));
  if (!isWhole) return `${label} must be a whole number, not ${typeof value === "number" ? value : kindOf(value)}.`;
  const seed = BigInt(value as number | bigint);
  return seed >= 0n && seed <= maxSeed ? null : `${label} is ${seed}. Seeds go from 0 to ${maxSeed}.`;
}

function refuseChoice(label: string, param: Extract<Param, { kind: "select" }>, value: ParamValue): string | null {
  if (typeof value !== "string") return `${label} must be text, not ${kindOf(value)}.`;
  if (param.open || param.options.some((option) => option.value === value)) return null;
  return `${label} has no choice “${value.slice(0, 60)}”. It takes ${param.options.map((option) => option.value).join(", ")}.`;
}

/** A list of numbers; one number is a list of one. */
function refuseNumbers(label: string, value: ParamValue): string | null {
  if (typeof value === "number" && Number.isFinite(value)) return null;
  if (!Array.isArray(value)) return `${label} must be a list of numbers, not ${kindOf(value)}.`;
  const wrong = value.findIndex((item) => typeof item !== "number" || !Number.isFinite(item));
  return wrong < 0 ? null : `${label} has something else than a number at place ${wrong + 1}.`;
}

function refuseComponents(label: string, value: ParamValue): string | null {
  if (!Array.isArray(value)) return `${label} must be a list of components, not ${kindOf(value)}.`;
  if (value.length === 0) return `${label} is empty. Add a component.`;
  for (const [i, component] of value.entries()) {
    const wrong = refuseComponent(component);
    if (wrong !== null) return `Component ${i + 1} ${wrong}`;
  }
  return null;
}

/** The end of a sentence that starts with the component. */
function refuseComponent(component: ParamValue): string | null {
  if (component === null || typeof component !== "object" || Array.isArray(component))
    return `is ${kindOf(component)}, but must be an object with weight, mean, std and label.`;
  const { weight, mean, std, label } = component as Readonly<Record<string, ParamValue | undefined>>;
  if (!isPositive(weight)) return "needs a weight that is a finite number above 0.";
  if (!isPositive(std)) return "needs an std that is a finite number above 0.";
  if (!Array.isArray(mean) || mean.length !== 2 || !mean.every((side) => Number.isFinite(side)))
    return "needs a mean of two finite numbers, [x, y].";
  return label === undefined || typeof label === "string" ? null : `has a label that is ${kindOf(label)}, not text.`;
}

function isPositive(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value) && value > 0;
}

/** What a value is, in words for messages. */
export function kindOf(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return "text";
  if (typeof value === "object") return "an object";
  if (typeof value === "boolean") return String(value);
  return "a number";
}
