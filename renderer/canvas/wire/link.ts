import type { End } from "../../../shared/workflow/workflow.ts";

interface HandleLike {
  readonly nodeId: string;
  readonly id?: string | null;
  readonly type: "source" | "target";
}

/** Output and input of a link between two ports, whichever it was dragged from; null for two of a kind. */
export function endsOf(one: HandleLike, other: HandleLike): readonly [from: End, to: End] | null {
  if (one.type === other.type) return null;
  const [source, target] = one.type === "source" ? [one, other] : [other, one];
  return [
    [source.nodeId, source.id ?? ""],
    [target.nodeId, target.id ?? ""],
  ];
}
