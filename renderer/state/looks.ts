import type { Draft } from "immer";
import type { WorkflowNode } from "../../shared/workflow/workflow.ts";
import { catalogByType } from "./catalog.ts";
import { activeDocument, edit } from "./documents.ts";

/** Selected nodes. */
export function selectedNodes(): readonly WorkflowNode[] {
  const active = activeDocument();
  const chosen = new Set(active?.selection);
  return active?.workflow.nodes.filter(({ id }) => chosen.has(id)) ?? [];
}

function change(label: string, ids: readonly string[], recipe: (node: Draft<WorkflowNode>) => void): void {
  const chosen = new Set(ids);
  edit(label, (draft) => {
    for (const node of draft.nodes) if (chosen.has(node.id)) recipe(node);
  });
}

/** Selected nodes that take part in runs: modes mean nothing for notes. */
export function selectedSteps(): readonly WorkflowNode[] {
  return selectedNodes().filter(({ type }) => catalogByType.get(type)?.inert !== true);
}

const modeLabels = { bypass: ["Bypass", "End bypass"], mute: ["Mute", "Unmute"] } as const;

/** Bypasses or mutes the selection; where all of it is already, it takes part again. */
export function toggleMode(mode: "bypass" | "mute"): void {
  const nodes = selectedSteps();
  const isOn = nodes.every((node) => node.mode === mode);
  change(
    modeLabels[mode][isOn ? 1 : 0],
    nodes.map(({ id }) => id),
    (node) => {
      if (isOn) delete node.mode;
      else node.mode = mode;
    },
  );
}

const flagLabels = { collapsed: ["Collapse", "Expand"], pinned: ["Pin", "Unpin"] } as const;

/** Collapses or pins the selection; where all of it is already, it is opened or let go. */
export function toggleFlag(flag: "collapsed" | "pinned"): void {
  const nodes = selectedNodes();
  const isOn = nodes.every((node) => node[flag] === true);
  change(
    flagLabels[flag][isOn ? 1 : 0],
    nodes.map(({ id }) => id),
    (node) => {
      if (isOn) delete node[flag];
      else node[flag] = true;
    },
  );
}

/** Gives the selection a colour: "#d9595f", or null for that of the category. */
export function setColor(color: string | null): void {
  change(
    "Change colour",
    selectedNodes().map(({ id }) => id),
    (node) => {
      if (color === null) delete node.color;
      else node.color = color;
    },
  );
}
