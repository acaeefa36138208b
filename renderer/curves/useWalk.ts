import { useMemo } from "react";
import { useActive } from "../state/documents.ts";
import { useCheckHere } from "../state/here.ts";
import { sigmasFor } from "./walk.ts";

/** The noise levels at which a node of the document in front is read; undefined while they are not known. */
export function useWalk(node: string): readonly number[] | undefined {
  const workflow = useActive((document) => document.workflow);
  const known = useCheckHere((checked) => checked.known);
  return useMemo(() => (workflow && known ? sigmasFor(workflow, node, known) : undefined), [workflow, known, node]);
}
