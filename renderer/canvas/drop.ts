import type { Point } from "../../shared/workflow/workflow.ts";
import { call } from "../state/bridge.ts";
import { catalogByType } from "../state/catalog.ts";
import { activeDocument } from "../state/documents.ts";
import { addingOf, addNode } from "../state/edits.ts";
import { attempt, openDropped } from "../state/files.ts";
import { insertOnLink, placeOnLink } from "../state/insert.ts";
import { addModel, modelMime, useLibrary } from "../state/models.ts";
import { wiresIn } from "./wire/insertion.ts";

/** Type under which the list of nodes hands over the node that is dragged out of it. */
export const nodeMime = "application/x-fairlead-node";

/** Takes what was dropped on the canvas: a node or a model from its list, workflow files, pictures, models. */
export async function takeDrop(data: DataTransfer, screen: Point, at: Point): Promise<void> {
  const type = data.getData(nodeMime);
  const model = useLibrary.getState().entries.find(({ id }) => id === data.getData(modelMime));
  // The list of files is emptied when the event is over.
  const files = [...data.files];
  const folders = new Set(
    [...data.items]
      .map((item) => item.webkitGetAsEntry())
      .filter(isFolder)
      .map(({ name }) => name),
  );
  if (type !== "") dropNode(type, screen, at);
  if (model !== undefined) await attempt(() => addModel(model, at));
  let place = at;
  for (const file of files) {
    const isModel = folders.has(file.name) || modelFile.test(file.name);
    const isAdded = await attempt(() => (isModel ? takeModel(file, place) : takeFile(file, place)));
    if (isAdded === true) place = { x: place.x + 32, y: place.y + 32 };
  }
}

const modelFile = /\.(safetensors|sft|ckpt|pt|pth|bin|gguf|onnx)$/i;

const isFolder = (entry: FileSystemEntry | null): entry is FileSystemEntry => entry?.isDirectory ?? false;

/** Adds the node that opens a model file or folder. Throws a sentence for a file that none opens. */
async function takeModel(file: File, at: Point): Promise<boolean> {
  const document = activeDocument()?.handle ?? null;
  const handle = await window.fairlead.dropped(file);
  const found = await call("library.identify", { handle, document });
  if ("problem" in found) throw new Error(found.problem);
  addNode(found.use.type, at, { [found.use.param]: found.path });
  return true;
}

/** Pixels around the pointer in which a wire is hit. */
const reach = 16;

/** Adds a node, on the wire under the pointer if it fits there. */
function dropNode(type: string, { x, y }: Point, at: Point): void {
  const id = addNode(type, at);
  const workflow = activeDocument()?.workflow;
  if (workflow === undefined) return;
  const around = { left: x - reach, top: y - reach, right: x + reach, bottom: y + reach };
  const edge = wiresIn(around).find((index) => placeOnLink(workflow, catalogByType, index, id) !== null);
  if (edge !== undefined) insertOnLink(edge, id, addingOf(id));
}

/** Opens a file's workflow; a picture without one becomes a node. True if a node was added. */
async function takeFile(file: File, at: Point): Promise<boolean> {
  const active = activeDocument();
  const handle = await window.fairlead.dropped(file);
  if (await openDropped(handle)) return false;
  const { path } = await call("path.ofDropped", { handle, document: active?.handle ?? null });
  addNode("image/load", at, { path });
  return true;
}
