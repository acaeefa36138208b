import { useCallback } from "react";
import { labelOf } from "../../shared/node/names.ts";
import type { WorkflowNode } from "../../shared/workflow/workflow.ts";
import { catalogByType } from "../state/catalog.ts";
import { useActive } from "../state/documents.ts";

const none: readonly WorkflowNode[] = [];

/** Shown names of the nodes of the document in front, and of their ports and parameters, by id. */
export function useTitles() {
  const nodes = useActive(({ workflow }) => workflow.nodes) ?? none;
  const titleOf = useCallback(
    (id: string) => {
      const node = nodes.find((one) => one.id === id);
      return node === undefined ? id : (node.title ?? catalogByType.get(node.type)?.title ?? node.type);
    },
    [nodes],
  );
  const portOf = useCallback(
    (id: string, port: string) => {
      const description = catalogByType.get(nodes.find((one) => one.id === id)?.type ?? "");
      return labelOf(port, description?.inputs[port] ?? description?.params[port] ?? description?.outputs[port]);
    },
    [nodes],
  );
  return { titleOf, portOf };
}
