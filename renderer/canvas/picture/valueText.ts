import type { Param, ParamValue } from "../../../shared/node/params.ts";
import { formatNumber } from "../../controls/format.ts";
import { lastPart } from "../../state/lastPart.ts";

/** A parameter's value in the words of its control, on one line. */
export function valueText(param: Param, value: ParamValue): string {
  switch (param.kind) {
    case "number":
    case "integer":
    case "curve":
      return numberText(param, value);
    case "select":
      return param.options.find((option) => option.value === value)?.label ?? String(value);
    case "boolean":
      return value === true ? "on" : "off";
    case "file":
      // A picture for others tells a file's name, not where it is.
      return lastPart(String(value ?? "")) || (param.placeholder ?? "…");
    case "numbers":
      return [value].flat().join(", ");
    case "components":
      return `${[value].flat().length} Gaussians`;
    default:
      return String(value ?? "").replaceAll(/\s+/g, " ");
  }
}

function numberText(param: Extract<Param, { kind: "number" | "integer" | "curve" }>, value: ParamValue): string {
  if (value === null) return (param.kind === "number" && param.empty) || "auto";
  if (typeof value !== "number") return typeof value === "object" ? "curve" : String(value);
  const text = formatNumber(value, param.decimals);
  return param.unit === undefined ? text : `${text} ${param.unit}`;
}
