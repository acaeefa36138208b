// The bare page in a window like Fairlead's: size, runtime and sandbox are the same.

const { readFile } = require("node:fs/promises");
const { extname, join } = require("node:path");
const { app, BrowserWindow, protocol } = require("electron");

const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };
const chosen = app.commandLine.getSwitchValue("user-data-dir");
if (chosen) app.setPath("userData", chosen);
protocol.registerSchemesAsPrivileged([{ scheme: "bare", privileges: { standard: true, secure: true } }]);

app.whenReady().then(() => {
  protocol.handle("bare", async (request) => {
    const path = join(__dirname, "page", new URL(request.url).pathname);
    return new Response(await readFile(path), { headers: { "content-type": types[extname(path)] ?? "text/plain" } });
  });
  const webPreferences = { sandbox: true, contextIsolation: true, spellcheck: false };
  const window = new BrowserWindow({ x: 0, y: 0, width: 1440, height: 900, frame: false, webPreferences });
  window.loadURL("bare://page/index.html");
});
app.on("window-all-closed", () => app.quit());
