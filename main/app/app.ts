import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  app,
  type BrowserWindow,
  session as electronSession,
  type IpcMainInvokeEvent,
  Menu,
  nativeTheme,
  shell,
} from "electron";
import type { LibraryChange } from "../../shared/library.ts";
import type { LibraryMessage, LibraryMethod } from "../engine/library/libraryTypes.ts";
import { pageOrigin } from "./assets.ts";
import { createDialogs } from "./dialogs.ts";
import { documentFiles } from "./documentFiles.ts";
import { createDocuments } from "./documents.ts";
import { createEngineClient } from "./engineClient.ts";
import { createHandlers } from "./handlers.ts";
import { createHandles } from "./handles.ts";
import { spawnHost } from "./hostProcess.ts";
import { serveIpc } from "./ipc.ts";
import { createKnownFiles } from "./knownFiles.ts";
import { clearLeftovers } from "./leftovers.ts";
import { createLibraryClient } from "./libraryClient.ts";
import { createPastedPictures } from "./pastedPictures.ts";
import { openRecent } from "./recent.ts";
import { closeSession, pinAllContents, registerPageScheme, servePage } from "./security.ts";
import { openSession } from "./session.ts";
import { openSettings } from "./settings.ts";
import { createTemplates } from "./templates.ts";
import { watchFiles } from "./watchFiles.ts";
import { createMainWindow, type MainWindow } from "./window.ts";

/** Address of the page while developing; the build serves it itself. */
const devServer = app.isPackaged ? undefined : process.env.ELECTRON_RENDERER_URL;
const assetsFolder = app.isPackaged ? join(process.resourcesPath, "assets") : join(__dirname, "../../assets");
/** Folder that save nodes write to: that of `--output-folder`, else one among the person's pictures. */
function outputFolder(): string {
  return app.commandLine.getSwitchValue("output-folder") || join(app.getPath("pictures"), "Fairlead");
}

const engineOptions = (userData: string) => ({
  embeddedModel: join(assetsFolder, "models/emoji-scenes"),
  outputFolder: outputFolder(),
  cacheFolder: join(userData, "engine"),
});

function isPage({ senderFrame }: IpcMainInvokeEvent, { window }: MainWindow): boolean {
  if (senderFrame === null || senderFrame !== window.webContents.mainFrame) return false;
  const expected = devServer === undefined ? `${pageOrigin}/` : new URL(devServer).href;
  return senderFrame.url.startsWith(expected);
}

function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.focus();
}

function openLibrary(userData: string, emit: (change: LibraryChange) => void) {
  const folder = join(userData, "library");
  const spawn = () =>
    spawnHost<LibraryMethod, LibraryMessage>(join(__dirname, "library.cjs"), "Fairlead library", { folder });
  const client = createLibraryClient(spawn, emit);
  return {
    ...client,
    /** Downloads go on, and missing models are found, without the panel being open. */
    startIfUsed: () => void (existsSync(folder) && client.call("state").catch(() => {})),
  };
}

async function start(): Promise<void> {
  const userData = app.getPath("userData");
  const handles = createHandles();
  const recent = await openRecent(join(userData, "recent.json"), handles);
  let main: MainWindow | null = null;
  const settings = await openSettings(join(userData, "settings.json"), ({ theme, scale }) => {
    nativeTheme.themeSource = theme;
    main?.window.webContents.setZoomFactor(scale);
  });
  const known = createKnownFiles();
  const session = await openSession({
    folder: join(userData, "session"),
    handles,
    known,
    read: documentFiles.readWorkflow,
  });
  void clearLeftovers([...(await recent.list()).map(({ path }) => path), ...session.openPaths()]);
  closeSession(electronSession.defaultSession, devServer);
  servePage(electronSession.defaultSession, join(__dirname, "../renderer"));

  const opened = (): MainWindow => {
    if (main === null) throw new Error("The window is not open.");
    return main;
  };
  const options = engineOptions(userData);
  const engine = createEngineClient(
    () => spawnHost(join(__dirname, "host.cjs"), "Fairlead engine", options),
    ({ type, ...event }) => main?.send(type, event as never),
  );
  const library = openLibrary(userData, (change) => main?.send("library.changed", change));
  const dialogs = createDialogs(() => opened().window);
  const handlers = createHandlers({
    version: app.getVersion(),
    outputFolder: options.outputFolder,
    examplesFolder: join(assetsFolder, "workflows"),
    window: () => opened().window,
    closeNow: () => opened().closeNow(),
    showInFolder: (path) => shell.showItemInFolder(path),
    pasted: createPastedPictures(join(userData, "pasted")),
    templates: createTemplates(assetsFolder, join(userData, "templates")),
    documents: createDocuments({ files: documentFiles, dialogs, handles, recent, known }),
    ...{ session, settings, handles, recent, dialogs, engine, library },
  });
  serveIpc(handlers, handles, (event) => main !== null && isPage(event, main));
  app.on("second-instance", () => bringToFront(opened().window));
  app.on("will-quit", () => {
    engine.close();
    library.close();
  });
  main = await createMainWindow(userData, () => settings.get().scale);
  watchFiles({ paths: session.openPaths, known, onFocus: (look) => main?.window.on("focus", look) }, (path, isGone) => {
    main?.send("document.changed", { handle: handles.grant(path), isGone });
  });
  await main.window.loadURL(devServer ?? `${pageOrigin}/index.html`);
  engine.start();
  library.startIfUsed();
}

const chosenData = app.commandLine.getSwitchValue("user-data-dir");
if (chosenData) app.setPath("userData", chosenData);
if (!app.requestSingleInstanceLock()) app.exit();
registerPageScheme();
pinAllContents();
if (process.platform !== "darwin") Menu.setApplicationMenu(null);
app.on("window-all-closed", () => app.quit());
void app.whenReady().then(start);
