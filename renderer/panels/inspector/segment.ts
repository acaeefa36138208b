import { create } from "zustand";
import { widenRight } from "../rightPanel.ts";

export const segments = [
  { value: "node", label: "Node" },
  { value: "scope", label: "Scope" },
  { value: "output", label: "Output" },
] as const;

export type Segment = (typeof segments)[number]["value"];

/** Pixels that the charts of the Scope want. */
const scopeWidth = 380;

/** What the inspector shows of the selected node. */
export const useSegment = create<{ readonly segment: Segment }>(() => ({ segment: "node" }));

export function showSegment(segment: Segment): void {
  useSegment.setState({ segment });
  if (segment === "scope") widenRight(scopeWidth);
}
