import { join } from "node:path";
import { BrowserWindow, nativeTheme, screen } from "electron";
import { z } from "zod";
import type { WindowEventName, WindowEvents } from "../../shared/contract.ts";
import { boundsToKeep, fitBounds, isSame, minimumSize } from "./bounds.ts";
import { offerFieldMenu } from "./fieldMenu.ts";
import { openJsonStore } from "./jsonStore.ts";

const rectangle = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });
const placeSchema = z.object({ bounds: rectangle.nullable(), isMaximized: z.boolean() });

/** Colour of the canvas (token `canvas`), shown until the page has painted. */
const background = { dark: "#111318", light: "#E8EBEF" };

export interface MainWindow {
  readonly window: BrowserWindow;
  send<N extends WindowEventName>(name: N, event: WindowEvents[N]): void;
  /** Closes without asking the page. */
  closeNow(): void;
}

/**
 * Makes the window where it was left, without a frame: the page draws title bar and controls. It shows itself once a
 * page has painted in it. `scale` enlarges every page that is loaded in it.
 */
export async function createMainWindow(userData: string, scale: () => number): Promise<MainWindow> {
  const place = await openJsonStore(join(userData, "window.json"), placeSchema, { bounds: null, isMaximized: false });
  const saved = place.get().bounds;
  const opened = fitBounds(saved, workAreas());
  const window = new BrowserWindow({
    ...opened,
    minWidth: minimumSize.width,
    minHeight: minimumSize.height,
    show: false,
    title: "Fairlead",
    backgroundColor: background[nativeTheme.shouldUseDarkColors ? "dark" : "light"],
    ...(process.platform === "darwin" ? { titleBarStyle: "hiddenInset" as const } : { frame: false }),
    webPreferences: {
      preload: join(__dirname, "../preload/preload.cjs"),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      spellcheck: false,
    },
  });
  if (place.get().isMaximized) window.maximize();
  const send: MainWindow["send"] = (name, event) => {
    if (!window.isDestroyed()) window.webContents.send("event", name, event);
  };
  announceState(window, send);
  offerFieldMenu(window.webContents);
  const closeNow = askBeforeClosing(window, send);
  window.on("close", () => {
    const bounds = boundsToKeep(saved, opened, window.getNormalBounds());
    void place.set({ bounds, isMaximized: window.isMaximized() });
  });
  stayOnScreens(window);
  window.once("ready-to-show", () => window.show());
  window.webContents.on("dom-ready", () => window.webContents.setZoomFactor(scale()));
  window.webContents.on("render-process-gone", () => window.reload());
  return { window, send, closeNow };
}

function workAreas() {
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id);
  return [primary, ...others].map(({ workArea }) => workArea);
}

/** Brings the window back where its screen is taken away, or gets another size, while it is open. */
function stayOnScreens(window: BrowserWindow): void {
  const fit = () => {
    const now = window.getNormalBounds();
    const fitted = fitBounds(now, workAreas());
    if (!window.isMaximized() && !window.isFullScreen() && !isSame(now, fitted)) window.setBounds(fitted);
  };
  screen.on("display-removed", fit);
  screen.on("display-metrics-changed", fit);
  window.once("closed", () => {
    screen.off("display-removed", fit);
    screen.off("display-metrics-changed", fit);
  });
}

function announceState(window: BrowserWindow, send: MainWindow["send"]): void {
  const announce = () => send("window.state", { maximized: window.isMaximized(), focused: window.isFocused() });
  window.on("maximize", announce);
  window.on("unmaximize", announce);
  window.on("focus", announce);
  window.on("blur", announce);
}

/** Lets the page ask about unsaved work first. A page that does not live cannot ask. Returns the way past it. */
function askBeforeClosing(window: BrowserWindow, send: MainWindow["send"]): () => void {
  let mayClose = false;
  window.on("close", (event) => {
    const canAsk = !window.webContents.isCrashed() && !window.webContents.isLoading();
    if (mayClose || !canAsk) return;
    event.preventDefault();
    send("window.closing", {});
  });
  return () => {
    mayClose = true;
    window.close();
  };
}
