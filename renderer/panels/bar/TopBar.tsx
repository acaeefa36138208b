import { Search } from "lucide-react";
import { useEffect, useState } from "react";
import type { DeviceReport } from "../../../shared/plan.ts";
import { useRuns } from "../../run/runs.ts";
import { useKeys } from "../../state/bindings.ts";
import { call, on } from "../../state/bridge.ts";
import { catalogByType } from "../../state/catalog.ts";
import { useChecks } from "../../state/check.ts";
import { activate, isDirty, newDocument, useActive, useDocuments } from "../../state/documents.ts";
import { attempt } from "../../state/files.ts";
import { runActive, stopJob } from "../../state/running.ts";
import { changeSettings, useSettings } from "../../state/settings.ts";
import { askToClose, openPalette } from "../../state/shell.ts";
import { Keys } from "../../ui/Keys.tsx";
import { useDrawer } from "../drawer/drawer.ts";
import styles from "./bar.module.css";
import { CostChip } from "./CostChip.tsx";
import { DeviceChip } from "./DeviceChip.tsx";
import { FileMenu } from "./FileMenu.tsx";
import { isCurrent } from "./isCurrent.ts";
import { RunButtons } from "./RunButtons.tsx";
import { Tabs } from "./Tabs.tsx";
import { WindowControls } from "./WindowControls.tsx";

/** Documents, what a run costs and where, and the button that starts it. */
export function TopBar() {
  const keys = useKeys()("palette");
  return (
    <header className={styles.bar} data-region="bar">
      <FileMenu />
      <DocumentTabs />
      <div className={styles.space} />
      <button type="button" className={styles.command} onClick={openPalette}>
        <Search size={14} strokeWidth={2.1} aria-hidden />
        <span>Search or run a command</span>
        {keys !== undefined && <Keys keys={keys.replaceAll("+", " ")} />}
      </button>
      <Cost />
      <Device />
      <Run />
      <Controls />
    </header>
  );
}

function DocumentTabs() {
  const { documents, activeId } = useDocuments();
  const tabs = documents.map((document) => ({ id: document.id, name: document.name, isDirty: isDirty(document) }));
  return <Tabs tabs={tabs} active={activeId} onSelect={activate} onClose={askToClose} onNew={newDocument} />;
}

function Cost() {
  const activeId = useDocuments((state) => state.activeId);
  const checked = useChecks(({ byDocument }) => (activeId === null ? undefined : byDocument[activeId]));
  const workflow = useActive((document) => document.workflow);
  if (workflow === undefined) return null;
  const isUpToDate = checked !== undefined && isCurrent(checked, workflow, catalogByType);
  return <CostChip checked={checked ?? null} isUpToDate={isUpToDate} />;
}

function Device() {
  const chosen = useSettings((state) => state.device);
  const memoryGb = useSettings((state) => state.memoryGb ?? null);
  const [report, setReport] = useState<DeviceReport | null>(null);
  useEffect(() => on("engine.status", ({ device }) => device !== undefined && setReport(device)), []);
  useEffect(() => on("job.event", ({ event }) => event.event === "device" && setReport(event.report)), []);
  return (
    <DeviceChip
      chosen={chosen}
      report={report}
      memoryGb={memoryGb}
      load={() => call("engine.devices", {})}
      onChoose={(device) => void attempt(() => changeSettings({ device }))}
      onMemory={(memory) => void attempt(() => changeSettings({ memoryGb: memory }))}
    />
  );
}

function Run() {
  const jobs = useRuns((state) => state.jobs);
  const hasDocument = useDocuments((state) => state.activeId !== null);
  const waiting = jobs.filter(({ state }) => state === "waiting");
  const showQueue = () => {
    const { tab, toggle } = useDrawer.getState();
    if (tab !== "queue") toggle("queue");
  };
  return (
    <RunButtons
      canRun={hasDocument}
      isRunning={jobs.length > 0}
      waiting={waiting.length}
      onRun={() => void runActive()}
      onStop={() => void stopJob()}
      onShowQueue={showQueue}
      onClearWaiting={() => {
        for (const { id } of waiting) void stopJob(id);
      }}
    />
  );
}

function Controls() {
  const [isMaximized, setMaximized] = useState(false);
  useEffect(() => {
    void attempt(() => call("app.info", {})).then((info) => info && setMaximized(info.maximized));
    return on("window.state", ({ maximized }) => setMaximized(maximized));
  }, []);
  return (
    <WindowControls
      isMaximized={isMaximized}
      onControl={(action) => void attempt(() => call("window.control", { action }))}
    />
  );
}
