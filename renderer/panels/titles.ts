import { useCallback } from "react";
import { labelOf } from "../../shared/node/names.ts";
import { nodesAt } from "../../shared/subgraph/paths.ts";
import { catalogByType } from "../state/catalog.ts";
import { useActive } from "../state/documents.ts";
import { titlesAt } from "../state/here.ts";

/** Shown names of the nodes of the document in front, and of their ports and parameters, by path. */
export function useTitles() {
  const root = useActive((document) => document.root);
  // They are read from the document in front; a change of it makes new functions.
  const titleOf = useCallback((path: string) => titlesAt(path), [root]);
  const portOf = useCallback(
    (path: string, port: string) => {
      const description = catalogByType.get((root && nodesAt(root, path)?.at(-1)?.type) ?? "");
      return labelOf(port, description?.inputs[port] ?? description?.params[port] ?? description?.outputs[port]);
    },
    [root],
  );
  return { titleOf, portOf };
}
