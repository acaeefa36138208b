import { X } from "lucide-react";
import { type DragEvent, useEffect, useState } from "react";
import type { CallOutput, Example } from "../../../shared/contract.ts";
import { call } from "../../state/bridge.ts";
import { useView } from "../../state/canvasView.ts";
import { catalogByType } from "../../state/catalog.ts";
import { openDocument, useActive } from "../../state/documents.ts";
import { addNode } from "../../state/edits.ts";
import { attempt, openRecent } from "../../state/files.ts";
import { changeSettings, useSettings } from "../../state/settings.ts";
import { showShortcuts } from "../../state/shell.ts";
import { askTemplateName, loadTemplates, removeTemplate, useTemplates } from "../../state/templates.ts";
import { IconButton } from "../../ui/Button.tsx";
import { ModelsPanel } from "../models/ModelsPanel.tsx";
import { Outline } from "../outline/Outline.tsx";
import { findNodes } from "./findNodes.ts";
import { HistoryPanel } from "./HistoryPanel.tsx";
import { NodesPanel } from "./NodesPanel.tsx";
import { type RailPanel, railTitles } from "./Rail.tsx";
import styles from "./rail.module.css";
import { SettingsPanel } from "./SettingsPanel.tsx";
import { TemplatesPanel } from "./TemplatesPanel.tsx";

interface LeftPanelProps {
  readonly panel: RailPanel;
  readonly onClose: () => void;
}

/** The panel beside the rail. */
export function LeftPanel({ panel, onClose }: LeftPanelProps) {
  return (
    <aside className={styles.panel} aria-label={railTitles[panel]} data-region="left">
      <h2 className={styles.head}>
        {railTitles[panel]}
        <IconButton label="Close panel" icon={X} size={14} onClick={onClose} />
      </h2>
      {panel === "nodes" && <Nodes />}
      {panel === "models" && <ModelsPanel />}
      {panel === "templates" && <Templates />}
      {panel === "history" && <HistoryPanel />}
      {panel === "outline" && <Outline />}
      {panel === "settings" && <ProgramSettings />}
    </aside>
  );
}

/** Kinds of node of the program and of the document in front. */
function Nodes() {
  // They are read from the document; a change of its subgraphs draws the list anew.
  useActive(({ root }) => root.subgraphs);
  const kinds = [...catalogByType.values()];
  return <NodesPanel find={(query) => findNodes(kinds, query)} onAdd={addInTheMiddle} onDragStart={startDrag} />;
}

let added = 0;

/** Adds a node in the middle of the view; several in a row do not cover each other. */
function addInTheMiddle(type: string): void {
  const { canvas } = useView.getState();
  const { x, y } = canvas?.toCanvas(canvas.centre()) ?? { x: 0, y: 0 };
  const shift = (added % 6) * 24;
  added++;
  addNode(type, { x: x - 104 + shift, y: y - 60 + shift });
}

function startDrag(event: DragEvent, type: string): void {
  event.dataTransfer.setData("application/x-fairlead-node", type);
  event.dataTransfer.effectAllowed = "copy";
}

const noTemplates: readonly Example[] = [];

function Templates() {
  const examples = useTemplates((state) => state.list) ?? noTemplates;
  const [recent, setRecent] = useState<CallOutput<"document.recent">>([]);
  useEffect(() => {
    void attempt(loadTemplates);
    void attempt(() => call("document.recent", {})).then((list) => setRecent(list ?? []));
  }, []);
  return (
    <TemplatesPanel
      examples={examples}
      recent={recent.slice(0, 8)}
      onOpenRecent={(handle) => void openRecent(handle)}
      onRename={askTemplateName}
      onRemove={(example) => void attempt(() => removeTemplate(example))}
      onOpen={({ name, text }) =>
        void attempt(async () => openDocument({ handle: null, name, path: null, text, fromPicture: false }))
      }
    />
  );
}

function ProgramSettings() {
  const { theme, scale, motion } = useSettings();
  const [info, setInfo] = useState<CallOutput<"app.info"> | null>(null);
  useEffect(() => {
    void attempt(() => call("app.info", {})).then(setInfo);
  }, []);
  return (
    <SettingsPanel
      {...{ theme, scale, motion }}
      onChange={(change) => void attempt(() => changeSettings(change))}
      onShortcuts={() => showShortcuts(true)}
      outputFolder={info?.outputFolder ?? ""}
      version={info?.version ?? ""}
    />
  );
}
