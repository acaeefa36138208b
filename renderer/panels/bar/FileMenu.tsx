import {
  Compass,
  Download,
  FilePlus,
  FolderOpen,
  LayoutPanelTop,
  Save,
  SaveAll,
  Settings,
  Share2,
  Workflow,
} from "lucide-react";
import { useState } from "react";
import type { RecentFile } from "../../../shared/contract.ts";
import { exportGraph } from "../../canvas/picture/exportGraph.ts";
import { type DocumentRun, useRuns } from "../../run/runs.ts";
import { useKeys } from "../../state/bindings.ts";
import { call } from "../../state/bridge.ts";
import { activeDocument, newDocument, useActive } from "../../state/documents.ts";
import { attempt, openRecent, openWithDialog, saveActive } from "../../state/files.ts";
import { shareActive } from "../../state/share.ts";
import { askTemplateName } from "../../state/templates.ts";
import { Menu, MenuItem, MenuSeparator, SubMenu } from "../../ui/Menu.tsx";
import { savePicture } from "../output/OutputSegment.tsx";
import { showRail } from "../rail/railPanel.ts";
import { startTour } from "../tour/tour.ts";
import styles from "./bar.module.css";
import { Logo } from "./Logo.tsx";

/** Everything about files, behind the mark. */
export function FileMenu() {
  const [recent, setRecent] = useState<readonly RecentFile[]>([]);
  const keys = useKeys();
  const id = useActive((document) => document.id);
  const picture = useRuns(({ byDocument }) => pictureOf(id === undefined ? undefined : byDocument[id]));
  const load = () => void attempt(() => call("document.recent", {})).then((list) => setRecent(list ?? []));
  const hasDocument = id !== undefined;
  return (
    <Menu
      align="start"
      onOpen={load}
      trigger={
        <button type="button" className={styles.logo} data-testid="file-menu" aria-label="File menu">
          <Logo />
        </button>
      }
    >
      <MenuItem icon={FilePlus} label="New workflow" keys={keys("new")} onSelect={newDocument} />
      <MenuItem icon={FolderOpen} label="Open…" keys={keys("open")} onSelect={() => void openWithDialog()} />
      <SubMenu label="Open recent" disabled={recent.length === 0}>
        {recent.map(({ handle, name, path }) => (
          <MenuItem key={handle} label={name} about={path} onSelect={() => void openRecent(handle)} />
        ))}
      </SubMenu>
      <MenuSeparator />
      <MenuItem
        icon={Save}
        label="Save"
        keys={keys("save")}
        disabled={!hasDocument}
        onSelect={() => void saveActive()}
      />
      <MenuItem
        icon={SaveAll}
        label="Save as…"
        keys={keys("save-as")}
        disabled={!hasDocument}
        onSelect={() => void saveActive(true)}
      />
      <MenuItem
        icon={LayoutPanelTop}
        label="Save as template…"
        disabled={!hasDocument}
        onSelect={() => askTemplateName()}
      />
      <MenuItem
        icon={Share2}
        label="Export for sharing…"
        about="A copy without paths of this computer"
        disabled={!hasDocument}
        onSelect={() => void attempt(shareActive)}
      />
      <MenuItem
        icon={Download}
        label="Export picture…"
        disabled={picture === null}
        onSelect={() => picture !== null && exportPicture(picture)}
      />
      <GraphItems disabled={!hasDocument} />
      <MenuSeparator />
      <MenuItem icon={Compass} label="Show the tour" onSelect={startTour} />
      <MenuItem icon={Settings} label="Settings" onSelect={() => showRail("settings")} />
    </Menu>
  );
}

/** The graph itself as a drawing. */
function GraphItems({ disabled }: { readonly disabled: boolean }) {
  const about = "A drawing that carries the workflow";
  return (
    <>
      <MenuItem
        icon={Workflow}
        label="Export graph as PNG…"
        onSelect={() => void exportGraph("png")}
        {...{ about, disabled }}
      />
      <MenuItem
        icon={Workflow}
        label="Export graph as SVG…"
        disabled={disabled}
        onSelect={() => void exportGraph("svg")}
      />
    </>
  );
}

/** The node whose picture is exported: the selected one if it has one, otherwise the last that got one. */
function pictureOf(run: DocumentRun | undefined): string | null {
  const withPictures = Object.entries(run?.nodes ?? {}).flatMap(([id, { images }]) => (images.length > 0 ? [id] : []));
  const selected = activeDocument()?.selection.find((id) => withPictures.includes(id));
  return selected ?? withPictures.at(-1) ?? null;
}

function exportPicture(node: string): void {
  const active = activeDocument();
  if (active === undefined) return;
  const picture = { document: active.id, node, index: 0, suggestedName: active.name };
  void savePicture(picture, { format: "png-8", embedWorkflow: true });
}
