import { useEffect } from "react";
import type { Diagnostic } from "../../../shared/plan.ts";
import { pointAt } from "../../canvas/pointAt.ts";
import { useRuns } from "../../run/runs.ts";
import { applyFix } from "../../state/applyFix.ts";
import { on } from "../../state/bridge.ts";
import { useView } from "../../state/canvasView.ts";
import { catalogByType } from "../../state/catalog.ts";
import { useActiveCheck } from "../../state/check.ts";
import { useActive } from "../../state/documents.ts";
import { attempt } from "../../state/files.ts";
import { fixOf } from "../../state/fixes.ts";
import { useHere } from "../../state/here.ts";
import { loadLibrary, useLibrary } from "../../state/models.ts";
import { stopJob } from "../../state/running.ts";
import { selectAt } from "../../state/subgraphs.ts";
import { useTitles } from "../titles.ts";
import { DrawerFrame } from "./DrawerFrame.tsx";
import { type DrawerTab, useDrawer } from "./drawer.ts";
import { LogList } from "./LogList.tsx";
import { logJobEvent, useLog } from "./log.ts";
import { ProblemsList } from "./ProblemsList.tsx";
import { useProblems } from "./problems.ts";
import { runningProgress } from "./progress.ts";
import { QueueList } from "./QueueList.tsx";

/** The lists of the status strip; closed ones stay in the page, so that assistive programs and tests find them. */
export function Drawer() {
  const { tab, close } = useDrawer();
  useEffect(() => on("job.event", logJobEvent), []);
  const frame = (own: DrawerTab) => ({ isOpen: tab === own, onClose: close });
  return (
    <>
      <Problems {...frame("problems")} />
      <Queue {...frame("queue")} />
      <Log {...frame("log")} />
    </>
  );
}

/** Selects a node, brings it to the middle of the canvas and points at a port or parameter of it. */
function showNode(path: string, port: string | null): void {
  const id = selectAt(path);
  if (id === null) return;
  // A subgraph that had to be opened is on the canvas in the next frame.
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      useView.getState().canvas?.centreOn(id);
      if (port !== null) pointAt(id, port);
    }),
  );
}

interface FrameProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

function Problems(frame: FrameProps) {
  const { titleOf, portOf } = useTitles();
  const ms = useActiveCheck((checked) => checked.ms);
  const problems = useProblems();
  const workflow = useActive((document) => document.workflow);
  const library = useLibrary((state) => state.entries);
  const prefix = useHere();
  const fix = (problem: Diagnostic) => {
    const isHere = problem.node?.startsWith(prefix) === true;
    const own = isHere ? { ...problem, node: problem.node?.slice(prefix.length) ?? null } : problem;
    return workflow === undefined || !isHere ? null : fixOf(own, workflow, catalogByType, library);
  };
  const isFileMissing = problems.some(({ node, port }) => {
    const type = workflow?.nodes.find(({ id }) => id === node)?.type ?? "";
    return port !== null && catalogByType.get(type)?.params[port]?.kind === "file";
  });
  useEffect(() => {
    if (isFileMissing && !useLibrary.getState().isLoaded) void attempt(loadLibrary);
  }, [isFileMissing]);
  return (
    <DrawerFrame
      title="Problems"
      about={ms === undefined ? undefined : `Checked in ${ms.toFixed(1)}\u2009ms`}
      {...frame}
    >
      <ProblemsList {...{ problems, titleOf, portOf }} fixOf={fix} onFix={applyFix} onShow={showNode} />
    </DrawerFrame>
  );
}

function Queue(frame: FrameProps) {
  const jobs = useRuns((state) => state.jobs);
  const progress = useRuns(runningProgress);
  const about = jobs.length === 0 ? undefined : `${jobs.length} ${jobs.length === 1 ? "job" : "jobs"}`;
  return (
    <DrawerFrame title="Queue" about={about} {...frame}>
      <QueueList jobs={jobs} progress={progress} onCancel={(job) => void stopJob(job)} />
    </DrawerFrame>
  );
}

function Log(frame: FrameProps) {
  const { titleOf } = useTitles();
  const entries = useLog((state) => state.entries);
  return (
    <DrawerFrame title="Log" {...frame}>
      <LogList entries={entries} titleOf={titleOf} />
    </DrawerFrame>
  );
}
