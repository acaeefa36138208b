// Hot reload without an inline script, which the page's policy forbids; empty in a build.
import "@vitejs/plugin-react/preamble";
import "./theme/base.css";
import { createRoot } from "react-dom/client";
import { App } from "./App.tsx";
import { receiveTrace } from "./panels/scope/traces.ts";
import { startTour } from "./panels/tour/tour.ts";
import { receive, setEngine, setJobs } from "./run/runs.ts";
import { watchForCrashes } from "./state/autosave.ts";
import { call, on } from "./state/bridge.ts";
import { checkNow, watchDocuments } from "./state/check.ts";
import { watchDisk } from "./state/diskChanges.ts";
import { newDocument, openDocument, useDocuments } from "./state/documents.ts";
import { attempt } from "./state/files.ts";
import { dispatchKey } from "./state/keys.ts";
import { takePaste } from "./state/paste.ts";
import { watchPastes } from "./state/pasteEvents.ts";
import { restoreSession } from "./state/session.ts";
import { loadSettings } from "./state/settings.ts";
import { leaveToInputMethod } from "./state/typing.ts";
import { showToast } from "./ui/toasts.ts";

/** Takes in what main and the engine tell, from the first moment on. */
function listen(): void {
  on("job.event", (event) => {
    receive(event);
    receiveTrace(event);
    // What a run computed is cached now: marks and cost of the next run change.
    if (["done", "error", "stopped"].includes(event.event.event)) void checkNow();
  });
  on("queue.changed", ({ jobs }) => setJobs(jobs));
  on("engine.status", (status) => {
    setEngine(status);
    if (status.state === "ready") void checkNow();
    if (status.reason !== undefined) showToast({ kind: "error", text: status.reason });
  });
  window.addEventListener("keydown", leaveToInputMethod, { capture: true });
  window.addEventListener("keydown", dispatchKey);
  watchPastes((pasted) => void takePaste(pasted));
}

/** Opens the graph that the program starts with. */
async function openWelcome(): Promise<void> {
  const isOpen = await attempt(async () => {
    const { welcome, isFirstStart } = await call("app.info", {});
    if (isFirstStart) startTour();
    return openDocument({ handle: null, name: "Welcome", path: null, text: welcome, fromPicture: false });
  });
  if (isOpen === null) newDocument();
}

async function start(): Promise<void> {
  listen();
  await attempt(loadSettings);
  await attempt(restoreSession);
  if (useDocuments.getState().documents.length === 0) await openWelcome();
  const root = document.getElementById("root");
  if (root === null) throw new Error("The page has no root element.");
  createRoot(root).render(<App />);
  watchDocuments();
  watchForCrashes();
  watchDisk();
}

void start();
