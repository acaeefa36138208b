import { create } from "zustand";
import type { Example } from "../../shared/contract.ts";
import { parseWorkflow } from "../../shared/workflow/parse.ts";
import { serializeWorkflow } from "../../shared/workflow/serialize.ts";
import { useRuns } from "../run/runs.ts";
import { showToast } from "../ui/toasts.ts";
import { call } from "./bridge.ts";
import { activeDocument } from "./documents.ts";

interface Templates {
  /** Null until they were read. */
  readonly list: readonly Example[] | null;
  /** What the dialog asks a name for: a new template, or one of the person's own; null while it is closed. */
  readonly naming: "new" | Example | null;
}

export const useTemplates = create<Templates>(() => ({ list: null, naming: null }));

/** Reads the templates that there are now. */
export async function loadTemplates(): Promise<void> {
  useTemplates.setState({ list: await call("document.examples", {}) });
}

export function askTemplateName(naming: Templates["naming"] = "new"): void {
  useTemplates.setState({ naming });
}

/** Gives one of the person's own another name. */
export async function renameTemplate({ name, text, thumbnail }: Example, next: string): Promise<void> {
  if (next === name) return;
  const parsed = parseWorkflow(text);
  if ("problem" in parsed) throw new Error(parsed.problem);
  const renamed = serializeWorkflow({ ...parsed.workflow, name: next });
  await call("template.save", { name: next, text: renamed, thumbnail });
  // Only once the other is there.
  await call("template.remove", { name });
  await loadTemplates();
}

/** Keeps the document in front as a template, with a picture of its last results. */
export async function saveTemplate(name: string): Promise<void> {
  const active = activeDocument();
  if (active === undefined) return;
  const text = serializeWorkflow({ ...active.root, name });
  await call("template.save", { name, text, thumbnail: await thumbnailOf(active.id) });
  await loadTemplates();
  showToast({ kind: "ok", text: `“${name}” is among your templates now.` });
}

/** Removes one of the person's own; the notice offers it back. */
export async function removeTemplate({ name, text, thumbnail }: Example): Promise<void> {
  await call("template.remove", { name });
  await loadTemplates();
  const putBack = () => void call("template.save", { name, text, thumbnail }).then(loadTemplates);
  showToast({ kind: "info", text: `“${name}” was removed.`, action: { label: "Put back", run: putBack } });
}

const size = { width: 320, height: 160 };
const gap = 4;

/** The last pictures of a document side by side as WebP; null if it has none. */
async function thumbnailOf(document: string): Promise<Uint8Array<ArrayBuffer> | null> {
  const urls = Object.values(useRuns.getState().byDocument[document]?.nodes ?? {}).flatMap(({ images }) => images);
  const shown = urls.slice(-2);
  if (shown.length === 0) return null;
  const canvas = new OffscreenCanvas(size.width, size.height);
  const pen = canvas.getContext("2d");
  const room = (size.width - gap * (shown.length - 1)) / shown.length;
  for (const [index, url] of shown.entries()) {
    const picture = new Image();
    picture.src = url;
    await picture.decode();
    const scale = Math.min(room / picture.naturalWidth, size.height / picture.naturalHeight);
    const [width, height] = [picture.naturalWidth * scale, picture.naturalHeight * scale];
    const left = index * (room + gap) + (room - width) / 2;
    pen?.drawImage(picture, left, (size.height - height) / 2, width, height);
  }
  const blob = await canvas.convertToBlob({ type: "image/webp", quality: 0.82 });
  return new Uint8Array(await blob.arrayBuffer());
}
