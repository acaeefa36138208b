import type { NodeDescription } from "../../../shared/node/describe.ts";
import { labelOf } from "../../../shared/node/names.ts";
import type { ParamValue } from "../../../shared/node/params.ts";
import type { Workflow } from "../../../shared/workflow/workflow.ts";

type Catalog = ReadonlyMap<string, Pick<NodeDescription, "title" | "params">>;

const longest = 18;

/**
 * What tells runs apart, for each of them: "scale 4", "text a fox…"; empty where nothing differs. Of several parameters
 * that differ the first of the document is named.
 */
export function namesOfRuns(workflows: readonly (Workflow | undefined)[], catalog: Catalog): string[] {
  const values = workflows.map((workflow) => (workflow ? valuesOf(workflow, catalog) : new Map<string, Value>()));
  const keys = new Set(values.flatMap((one) => [...one.keys()]));
  const key = [...keys].find((one) => new Set(values.map((map) => map.get(one)?.text)).size > 1);
  return values.map((map) => {
    const value = key === undefined ? undefined : map.get(key);
    return value === undefined ? "" : `${value.label} ${value.text}`;
  });
}

interface Value {
  readonly label: string;
  readonly text: string;
}

/** Every parameter of a document by node and name, with defaults filled in. */
function valuesOf(workflow: Workflow, catalog: Catalog): Map<string, Value> {
  const values = new Map<string, Value>();
  for (const { id, type, params } of workflow.nodes) {
    for (const [name, param] of Object.entries(catalog.get(type)?.params ?? {})) {
      const label = labelOf(name, param).toLowerCase();
      values.set(`${id} ${name}`, { label, text: shortText(params[name] ?? param.default) });
    }
  }
  return values;
}

function shortText(value: ParamValue): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  if (text === "") return "empty";
  return text.length <= longest ? text : `${text.slice(0, longest - 1).trimEnd()}…`;
}
