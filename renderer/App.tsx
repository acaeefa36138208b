import { Workflow } from "lucide-react";
import { Tooltip } from "radix-ui";
import { useEffect, useMemo } from "react";
import { Canvas } from "./canvas/Canvas.tsx";
import { PathChooser } from "./controls/FileField.tsx";
import { TopBar } from "./panels/bar/TopBar.tsx";
import { DiskDialog } from "./panels/dialogs/DiskDialog.tsx";
import { RecoveryDialog } from "./panels/dialogs/RecoveryDialog.tsx";
import { TemplateDialog } from "./panels/dialogs/TemplateDialog.tsx";
import { UnsavedDialogs } from "./panels/dialogs/UnsavedDialogs.tsx";
import { Drawer } from "./panels/drawer/Drawer.tsx";
import { Inspector } from "./panels/inspector/Inspector.tsx";
import { defaultWidths, Layout, type Widths } from "./panels/Layout.tsx";
import { NodeMenu } from "./panels/menu/NodeMenu.tsx";
import { CommandPalette } from "./panels/palette/CommandPalette.tsx";
import { LeftPanel } from "./panels/rail/LeftPanel.tsx";
import { Rail, type RailPanel } from "./panels/rail/Rail.tsx";
import { railPanelOf, showRail, useRail } from "./panels/rail/railPanel.ts";
import { NodeSearch } from "./panels/search/NodeSearch.tsx";
import { Announcer } from "./panels/status/Announcer.tsx";
import { StatusStrip } from "./panels/status/StatusStrip.tsx";
import { Tour } from "./panels/tour/Tour.tsx";
import { call } from "./state/bridge.ts";
import { activeDocument, newDocument, useDocuments } from "./state/documents.ts";
import { attempt, openWithDialog } from "./state/files.ts";
import { watchLibrary } from "./state/models.ts";
import { changeSettings, useSettings } from "./state/settings.ts";
import { showShortcuts } from "./state/shell.ts";
import { Button } from "./ui/Button.tsx";
import { EmptyState } from "./ui/parts.tsx";
import { Toasts } from "./ui/Toasts.tsx";

/** The window. */
export function App() {
  const panel = useRail((state) => state.panel);
  const isLeftOpen = panel !== null;
  // The panels take these when they are laid out anew: at the start, and when the left one opens or closes.
  const widths = useMemo(rememberedWidths, [isLeftOpen]);
  const hasDocument = useDocuments(({ activeId }) => activeId !== null);
  useEffect(() => {
    showRail(railPanelOf(useSettings.getState().layout.panel));
    return useRail.subscribe(({ panel: next }) => remember({ panel: next }));
  }, []);
  useEffect(watchLibrary, []);
  return (
    <Tooltip.Provider delayDuration={400} skipDelayDuration={300}>
      <PathChooser value={choosePath}>
        <Layout
          bar={<TopBar />}
          rail={
            <Rail
              open={panel}
              onToggle={(next) => showRail(next === panel ? null : next)}
              onHelp={() => showShortcuts(true)}
            />
          }
          left={panel === null ? null : <LeftPanel panel={panel} onClose={() => showRail(null)} />}
          canvas={hasDocument ? <Canvas /> : <NoDocument />}
          drawer={<Drawer />}
          right={<Inspector />}
          status={<StatusStrip />}
          widths={widths}
          onWidths={remember}
        />
        <NodeSearch />
        <CommandPalette />
        <NodeMenu />
        <UnsavedDialogs />
        <RecoveryDialog />
        <DiskDialog />
        <TemplateDialog />
        <Tour />
        <Announcer />
        <Toasts />
      </PathChooser>
    </Tooltip.Provider>
  );
}

function NoDocument() {
  return (
    <EmptyState
      icon={Workflow}
      title="No workflow is open"
      text="Start with an empty one, open a file, or choose a template on the left."
      action={
        <span style={{ display: "flex", gap: 8 }}>
          <Button onClick={() => void openWithDialog()}>Open</Button>
          <Button kind="primary" onClick={newDocument}>
            New workflow
          </Button>
        </span>
      }
    />
  );
}

async function choosePath(what: "model-folder" | "image" | "npy" | "onnx" | "checkpoint"): Promise<string | null> {
  const handle = activeDocument()?.handle ?? null;
  const chosen = await attempt(() => call("path.choose", { what, handle }));
  return chosen?.path ?? null;
}

/** Parts of the layout that are not kept yet. */
let changes: Record<string, unknown> = {};

function rememberedWidths(): Widths {
  const { left, right } = { ...useSettings.getState().layout, ...changes };
  return {
    left: typeof left === "number" ? left : defaultWidths.left,
    right: typeof right === "number" ? right : defaultWidths.right,
  };
}

const quietMs = 400;
let timer: number | undefined;

/** Keeps a part of the layout for the next start, once the person is done dragging. */
function remember(part: Partial<Widths> | { readonly panel: RailPanel | null }): void {
  changes = { ...changes, ...part };
  window.clearTimeout(timer);
  timer = window.setTimeout(() => {
    const { layout } = useSettings.getState();
    void attempt(() => changeSettings({ layout: { ...layout, ...changes } }));
  }, quietMs);
}
