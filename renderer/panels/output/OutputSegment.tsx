import type { Workflow } from "../../../shared/workflow/workflow.ts";
import { titleOf } from "../../canvas/project.ts";
import { PlotPanel } from "../../plot/PlotPanel.tsx";
import { useNodeRun, useRuns } from "../../run/runs.ts";
import { call } from "../../state/bridge.ts";
import { catalogByType } from "../../state/catalog.ts";
import { useActive } from "../../state/documents.ts";
import { isWithin, useHere } from "../../state/here.ts";
import { showToast } from "../../ui/toasts.ts";
import { type ExportChoice, exportRequest } from "./exportImage.ts";
import { OutputView } from "./OutputView.tsx";
import styles from "./output.module.css";
import { useSeedCaption } from "./useSeedCaption.ts";

/** Output of a node of the document in front. */
export function OutputSegment({ node }: { readonly node: string }) {
  const document = useActive(({ id }) => id) ?? null;
  const name = useActive((active) => active.name) ?? "";
  const path = useHere() + node;
  const run = useNodeRun(document, path);
  const outputs = useRuns(({ byDocument }) => (document === null ? undefined : byDocument[document]?.outputs));
  const caption = useSeedCaption(document);
  const title = useActive(({ workflow }) => titleIn(workflow, node)) ?? node;
  if (document === null) return null;
  if (run?.plot) {
    return (
      <div className={styles.output}>
        <PlotPanel key={node} {...{ node, title }} plot={run.plot} number={run.fromRun} />
      </div>
    );
  }
  const files = (outputs ?? []).filter((output) => isWithin(output.node, path)).map(({ path }) => path);
  return (
    <OutputView
      pictures={run?.images ?? []}
      width={run?.width ?? 0}
      height={run?.height ?? 0}
      {...{ caption, files }}
      onExport={(index, choice) =>
        void savePicture({ document, node: run?.pictured ?? path, index, suggestedName: name }, choice)
      }
      onReveal={(path) => void reveal(path)}
    />
  );
}

function titleIn({ nodes }: Workflow, id: string): string {
  const node = nodes.find((one) => one.id === id);
  return node === undefined ? id : titleOf(node, catalogByType);
}

/** Asks for a file and writes a picture that a run left on a node. */
export async function savePicture(picture: Parameters<typeof exportRequest>[0], choice: ExportChoice): Promise<void> {
  try {
    const written = await call("image.export", exportRequest(picture, choice));
    if (written === null) return;
    const file = written.path.split(/[/\\]/).at(-1);
    showToast({ kind: "ok", text: `Saved ${file}`, action: { label: "Show", run: () => void reveal(written.path) } });
  } catch (error) {
    tell(error);
  }
}

async function reveal(path: string): Promise<void> {
  try {
    await call("output.reveal", { path });
  } catch (error) {
    tell(error);
  }
}

function tell(error: unknown): void {
  showToast({ kind: "error", text: error instanceof Error ? error.message : String(error) });
}
