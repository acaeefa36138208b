import type { Workflow } from "../../../shared/workflow/workflow.ts";
import { useRuns } from "../../run/runs.ts";
import { catalogByType } from "../../state/catalog.ts";
import { useActive } from "../../state/documents.ts";

/** "Seed 1074" where the document has exactly one seed, as it was in the last run if that drew another. */
export function useSeedCaption(document: string | null): string | undefined {
  const drawn = useRuns(({ seeds }) => (document === null ? undefined : seeds[document]));
  return useActive(({ workflow }) => seedsOf(workflow, drawn ?? {}));
}

function seedsOf({ nodes }: Workflow, drawn: Readonly<Record<string, string>>): string | undefined {
  const seeds = nodes.flatMap(({ id, type, params }) => {
    const found = Object.entries(catalogByType.get(type)?.params ?? {}).find(([, { kind }]) => kind === "seed");
    if (found === undefined) return [];
    const [name, param] = found;
    return [drawn[id] ?? String(params[name] ?? ("default" in param ? param.default : 0))];
  });
  return seeds.length === 1 ? `Seed ${seeds[0]}` : undefined;
}
