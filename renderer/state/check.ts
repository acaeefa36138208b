import { create } from "zustand";
import type { Checked } from "../../shared/contract.ts";
import { serializeWorkflow } from "../../shared/workflow/serialize.ts";
import type { Workflow } from "../../shared/workflow/workflow.ts";
import { forgetClosedTraces } from "../panels/scope/traces.ts";
import { forgetClosed } from "../run/runs.ts";
import { call } from "./bridge.ts";
import { activeDocument, useDocuments } from "./documents.ts";
import { withSameParts } from "./sameParts.ts";
import { useSettings } from "./settings.ts";

interface Checks {
  /** Last result by document id. */
  readonly byDocument: Readonly<Record<string, Checked>>;
}

export const useChecks = create<Checks>(() => ({ byDocument: {} }));

/** The last check of the document in front, for components. */
export function useActiveCheck<T>(pick: (checked: Checked) => T): T | undefined {
  const activeId = useDocuments((state) => state.activeId);
  return useChecks(({ byDocument }) => {
    const checked = activeId === null ? undefined : byDocument[activeId];
    return checked ? pick(checked) : undefined;
  });
}

const delayMs = 150;
let timer: number | undefined;
let last: { workflow: Workflow; device: string; memoryGb: number | null | undefined } | null = null;

/** Checks the document in front now; a newer change outdates the answer. */
export async function checkNow(): Promise<void> {
  const active = activeDocument();
  if (!active) return;
  const { device, memoryGb } = useSettings.getState();
  last = { workflow: active.root, device, memoryGb };
  const { id, handle, root: workflow } = active;
  const text = serializeWorkflow(workflow);
  try {
    const checked = await call("engine.check", { document: id, text, handle, device, memoryGb });
    if (activeDocument()?.root !== workflow && activeDocument()?.id === id) return;
    useChecks.setState(({ byDocument }) => ({
      byDocument: { ...byDocument, [id]: withSameParts(byDocument[id], checked) },
    }));
  } catch {
    // The engine is starting or gone; its status event says so, and the next change or run asks again.
    last = null;
  }
}

/** A closed document takes its runs and its check with it. */
function forget({ documents }: { readonly documents: readonly { readonly id: string }[] }): void {
  const open = new Set(documents.map(({ id }) => id));
  forgetClosed(open);
  forgetClosedTraces(open);
  const { byDocument } = useChecks.getState();
  const kept = Object.entries(byDocument).filter(([id]) => open.has(id));
  if (kept.length < Object.keys(byDocument).length) useChecks.setState({ byDocument: Object.fromEntries(kept) });
}

/** Checks after every change of the document in front, the device or the memory. Returns a function that ends it. */
export function watchDocuments(): () => void {
  const soon = () => {
    const active = activeDocument();
    const { device, memoryGb } = useSettings.getState();
    const isSame = last?.workflow === active?.root && last?.device === device && last.memoryGb === memoryGb;
    if (!active || isSame) return;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void checkNow(), delayMs);
  };
  soon();
  const ends = [useDocuments.subscribe(soon), useDocuments.subscribe(forget), useSettings.subscribe(soon)];
  return () => {
    for (const end of ends) end();
  };
}
