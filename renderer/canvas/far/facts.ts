import { runAt } from "../../run/instances.ts";
import { useRuns } from "../../run/runs.ts";
import { useChecks } from "../../state/check.ts";
import { useDocuments } from "../../state/documents.ts";
import { here } from "../../state/here.ts";
import type { FarFacts } from "./draw.ts";
import type { Thumbnails } from "./pictures.ts";

/** What runs and checks say about the document in front, as it is now. */
export function readFacts(thumbnails: Thumbnails): FarFacts {
  const { activeId } = useDocuments.getState();
  const nodes = useRuns.getState().byDocument[activeId ?? ""]?.nodes ?? {};
  const prefix = here();
  const faulty = new Map<string, string>();
  for (const { node, severity } of useChecks.getState().byDocument[activeId ?? ""]?.diagnostics ?? []) {
    // Whatever holds the node is at fault as well.
    for (let at = node ?? ""; at !== ""; at = at.slice(0, Math.max(0, at.lastIndexOf("/"))))
      if (faulty.get(at) !== "error") faulty.set(at, severity);
  }
  return {
    state(own) {
      const id = prefix + own;
      const fault = faulty.get(id);
      const state = runAt(nodes, id)?.state ?? "idle";
      return fault === "error" || state === "idle" ? (fault ?? state) : state;
    },
    picture(own) {
      const run = runAt(nodes, prefix + own);
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
