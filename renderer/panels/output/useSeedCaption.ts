import { useRuns } from "../../run/runs.ts";

/** "Seed 1074" where the last run of a document had exactly one seed. */
export function useSeedCaption(document: string | null): string | undefined {
  return useRuns(({ seeds }) => {
    const used = document === null ? [] : Object.values(seeds[document] ?? {});
    return used.length === 1 ? `Seed ${used[0]}` : undefined;
  });
}
