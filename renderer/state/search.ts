import { create } from "zustand";
import type { WireType } from "../../shared/node/wires.ts";
import type { Point } from "../../shared/workflow/workflow.ts";

/** The port that a wire was dragged from, when the search was opened by dropping it. */
export interface DraggedFrom {
  readonly node: string;
  readonly port: string;
  readonly side: "in" | "out";
  readonly wire: WireType;
}

export interface SearchRequest {
  /** Where to open, in window pixels. */
  readonly screen: Point;
  /** Where the chosen node goes, in canvas coordinates. */
  readonly at: Point;
  readonly from?: DraggedFrom;
  /** What the chosen node is for, if it is not just added: put on a link, or in the place of another node. */
  readonly task?:
    | { readonly kind: "insert"; readonly edge: number }
    | { readonly kind: "replace"; readonly node: string };
}

interface Search {
  readonly open: SearchRequest | null;
}

export const useSearch = create<Search>(() => ({ open: null }));

export function showSearch(request: SearchRequest): void {
  useSearch.setState({ open: request });
}

export function hideSearch(): void {
  useSearch.setState({ open: null });
}
