import { useEffect } from "react";
import { useRuns } from "../../run/runs.ts";
import { on } from "../../state/bridge.ts";
import { useView } from "../../state/canvasView.ts";
import { useActiveCheck } from "../../state/check.ts";
import { select } from "../../state/documents.ts";
import { stopJob } from "../../state/running.ts";
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

/** Selects a node and brings it to the middle of the canvas. */
function showNode(id: string): void {
  select([id]);
  useView.getState().canvas?.centreOn(id);
}

interface FrameProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

function Problems(frame: FrameProps) {
  const { titleOf, portOf } = useTitles();
  const ms = useActiveCheck((checked) => checked.ms);
  const problems = useProblems();
  return (
    <DrawerFrame
      title="Problems"
      about={ms === undefined ? undefined : `Checked in ${ms.toFixed(1)}\u2009ms`}
      {...frame}
    >
      <ProblemsList {...{ problems, titleOf, portOf }} onShow={showNode} />
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
