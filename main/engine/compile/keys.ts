import { createHash } from "node:crypto";
import type { AnyNode } from "../../../shared/node/define.ts";
import type { Param, ParamValue } from "../../../shared/node/params.ts";
import type { Source } from "../../../shared/plan.ts";
import type { CompileFacts } from "./facts.ts";

/** Hash of all that decides a step's values: type, version, parameters, keys of the inputs, files and device. */
export function contentKey(
  definition: AnyNode,
  params: Readonly<Record<string, ParamValue>>,
  inputs: Readonly<Record<string, readonly Source[]>>,
  keyOf: (step: string) => string,
  facts: CompileFacts,
): string {
  const hash = createHash("sha256");
  hash.update(`${definition.type}\n${definition.version}\n${facts.device}\n`);
  for (const [name, param] of Object.entries(definition.params) as [string, Param][]) {
    if (inputs[name]) continue;
    hash.update(`${name}=${canonical(params[name])}\n`);
    if (param.kind === "file") hash.update(`${facts.fingerprint(params[name] as string) ?? "missing"}\n`);
  }
  for (const [name, sources] of Object.entries(inputs)) {
    for (const source of sources) hash.update(`${name}<${keyOf(source.step)}.${source.output}\n`);
  }
  return hash.digest("hex").slice(0, 32);
}

/** Text that two equal values share: 7 and 7n are the same seed. */
function canonical(value: ParamValue | undefined): string {
  return JSON.stringify(value, (_, part) =>
    typeof part === "bigint" ? `#${part}` : Number.isSafeInteger(part) ? `#${part}` : part,
  );
}
