import type { Point } from "../../shared/workflow/workflow.ts";
import { showToast } from "../ui/toasts.ts";
import { call } from "./bridge.ts";
import { useView } from "./canvasView.ts";
import { catalogByType } from "./catalog.ts";
import { copyText, pasteText } from "./clipboard.ts";
import { activeDocument } from "./documents.ts";
import { addNode, removeNodes, setParam } from "./edits.ts";
import { attempt } from "./files.ts";
import type { Pasted } from "./pasteEvents.ts";

/** Copies the selected nodes; false if nothing could be copied. */
export async function copySelection(incoming = false): Promise<boolean> {
  const text = copyText(incoming);
  return (await attempt(() => navigator.clipboard.writeText(text).then(() => true))) ?? false;
}

/** Copies the selected nodes and takes them out, unless they could not be copied. */
export async function cutSelection(): Promise<void> {
  const ids = activeDocument()?.selection ?? [];
  if (await copySelection()) removeNodes(ids);
}

/**
 * Takes a paste on the canvas: nodes, or a picture, which goes into the selected node that takes one, else into a new one.
 * One step of undo.
 */
export async function takePaste({ text, picture }: Pasted): Promise<void> {
  if (activeDocument() === undefined || document.querySelector("[role=dialog]") !== null) return;
  if (pasteText(text, { x: 32, y: 32 })) return;
  if (picture === null) showToast({ kind: "info", text: "The clipboard holds no nodes and no picture." });
  else await attempt(() => pastePicture(picture));
}

async function pastePicture(picture: Blob): Promise<void> {
  const before = activeDocument();
  const { path } = await call("clipboard.keep", { picture: new Uint8Array(await picture.arrayBuffer()) });
  const active = activeDocument();
  // Kept for the document that it was pasted into.
  if (active === undefined || active.id !== before?.id) return;
  const [id, ...others] = before.selection;
  const node = others.length === 0 ? active.workflow.nodes.find((one) => one.id === id) : undefined;
  const params = Object.entries(catalogByType.get(node?.type ?? "")?.params ?? {});
  const [name] = params.find(([, param]) => param.kind === "file" && param.what === "image") ?? [];
  if (node !== undefined && name !== undefined) setParam(node.id, name, path, crypto.randomUUID());
  else addNode("image/load", here(), { path });
}

/** Where the pointer is over the canvas, or the middle of it. */
function here(): Point {
  const { canvas, pointer } = useView.getState();
  return canvas?.toCanvas(pointer ?? canvas.centre()) ?? { x: 0, y: 0 };
}
