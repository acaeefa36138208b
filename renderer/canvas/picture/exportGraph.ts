import { serializeWorkflow } from "../../../shared/workflow/serialize.ts";
import { figurePng } from "../../charts/exportFigure.ts";
import { runAt } from "../../run/instances.ts";
import { useRuns } from "../../run/runs.ts";
import { call } from "../../state/bridge.ts";
import { catalogByType } from "../../state/catalog.ts";
import { activeDocument } from "../../state/documents.ts";
import { attempt } from "../../state/files.ts";
import { here } from "../../state/here.ts";
import { withoutLocalPaths } from "../../state/share.ts";
import { showToast } from "../../ui/toasts.ts";
import { paletteOf } from "../far/palette.ts";
import { graphFigure } from "./graphSvg.ts";

/** Chromium draws no canvas with longer sides, nor one of more pixels in all. */
const longestSide = 16_384;
const mostPixels = 120e6;

/**
 * Asks for a file and draws the open graph into it, pictures of its last run included. A PNG carries the workflow,
 * without local paths: dropped on a canvas it is the graph again.
 */
export async function exportGraph(format: "svg" | "png"): Promise<void> {
  const active = activeDocument();
  if (active === undefined) return;
  await attempt(async () => {
    const { id, name, root, workflow } = active;
    const palette = paletteOf(document.documentElement);
    const figure = graphFigure({ workflow, catalog: catalogByType, palette, pictures: await picturesOf(id) });
    if (figure === null) throw new Error("There is nothing to draw yet. Add a node first.");
    const { svg, width, height } = figure;
    const factor = Math.min(2, longestSide / Math.max(width, height), Math.sqrt(mostPixels / (width * height)));
    const bytes = format === "svg" ? new TextEncoder().encode(svg) : await figurePng(figure, factor);
    const text = serializeWorkflow(withoutLocalPaths(root).workflow);
    const written = await call("graph.export", { format, bytes, text, suggestedName: name });
    if (written === null) return;
    const run = () => void attempt(() => call("output.reveal", { path: written.path }));
    showToast({ kind: "ok", text: `Saved ${written.path.split(/[/\\]/).at(-1)}`, action: { label: "Show", run } });
  });
}

/** The first picture of each node of the open graph as a data URL: a file of its own cannot point into this page. */
async function picturesOf(document: string): Promise<ReadonlyMap<string, string>> {
  const nodes = useRuns.getState().byDocument[document]?.nodes ?? {};
  const found = (activeDocument()?.workflow.nodes ?? []).flatMap(({ id }) => {
    const [image] = runAt(nodes, here() + id)?.images ?? [];
    return image === undefined ? [] : [[id, image]];
  });
  return new Map(await Promise.all(found.map(async ([id = "", url = ""]) => [id, await dataUrl(url)] as const)));
}

async function dataUrl(url: string): Promise<string> {
  const image = new Image();
  image.src = url;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  canvas.getContext("2d")?.drawImage(image, 0, 0);
  return canvas.toDataURL("image/png");
}
