import { useRuns } from "../../run/runs.ts";
import { useChecks } from "../../state/check.ts";
import { useDocuments } from "../../state/documents.ts";
import type { FarFacts } from "./draw.ts";
import type { Thumbnails } from "./pictures.ts";

/** What runs and checks say about the document in front, as it is now. */
export function readFacts(thumbnails: Thumbnails): FarFacts {
  const { activeId } = useDocuments.getState();
  const nodes = useRuns.getState().byDocument[activeId ?? ""]?.nodes ?? {};
  const faulty = new Map<string, string>();
  for (const { node, severity } of useChecks.getState().byDocument[activeId ?? ""]?.diagnostics ?? []) {
    if (node !== null && node !== undefined && faulty.get(node) !== "error") faulty.set(node, severity);
  }
  return {
    state(id) {
      const fault = faulty.get(id);
      const state = nodes[id]?.state ?? "idle";
      return fault === "error" || state === "idle" ? (fault ?? state) : state;
    },
    picture(id) {
      const run = nodes[id];
      const url = (run?.state === "running" ? run.preview : null) ?? run?.images[0];
      return url === undefined ? null : thumbnails.of(url);
    },
  };
}

/** Addresses of all pictures that the document in front shows. */
export function shownPictures(): ReadonlySet<string> {
  const { activeId } = useDocuments.getState();
  const nodes = Object.values(useRuns.getState().byDocument[activeId ?? ""]?.nodes ?? {});
  return new Set(nodes.flatMap(({ images, preview }) => (preview === null ? images : [...images, preview])));
}
