import { readFile } from "node:fs/promises";
import { app, protocol, type Session, shell, type WebContents } from "electron";
import { assetPath, contentPolicy, mediaType } from "./assets.ts";

/** Sites that a click in the documentation may open in the browser: papers and sources. */
const citedSites = ["arxiv.org", "doi.org", "openreview.net", "github.com"];

/** Must run before the app is ready: the page's scheme behaves like https, with an origin of its own. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: "app", privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Serves the files of `folder` as `app://fairlead/…`, with the content policy, and nothing outside of it. */
export function servePage(session: Session, folder: string): void {
  session.protocol.handle("app", async (request) => {
    const file = assetPath(folder, request.url);
    const bytes = file === null ? null : await readFile(file).catch(() => null);
    if (file === null || bytes === null) return new Response("Not found", { status: 404 });
    return new Response(bytes, {
      headers: {
        "content-type": mediaType(file),
        "content-security-policy": contentPolicy,
        "x-content-type-options": "nosniff",
      },
    });
  });
}

/** No permissions, no downloads, and no request that leaves this machine. `devServer` is allowed while developing. */
export function closeSession(session: Session, devServer: string | undefined): void {
  const mayWrite = (permission: string) => permission === "clipboard-sanitized-write";
  session.setPermissionRequestHandler((_, permission, answer) => answer(mayWrite(permission)));
  session.setPermissionCheckHandler((_, permission) => mayWrite(permission));
  session.on("will-download", (event) => event.preventDefault());
  const local = ["app:", "blob:", "data:", "devtools:"];
  const devHost = devServer === undefined ? undefined : new URL(devServer).host;
  session.webRequest.onBeforeRequest((details, answer) => {
    const { protocol: scheme, host } = new URL(details.url);
    answer({ cancel: !local.includes(scheme) && host !== devHost });
  });
}

/** The page stays where it is: no navigation, no second window, no embedded page. */
function pinContents(contents: WebContents): void {
  contents.on("will-navigate", (event) => event.preventDefault());
  contents.on("will-redirect", (event) => event.preventDefault());
  contents.on("will-attach-webview", (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    if (isCited(url)) void shell.openExternal(url);
    return { action: "deny" };
  });
}

/** Applies `pinContents` to everything that ever shows a page here. */
export function pinAllContents(): void {
  app.on("web-contents-created", (_, contents) => pinContents(contents));
}

function isCited(address: string): boolean {
  try {
    const { protocol: scheme, hostname } = new URL(address);
    return scheme === "https:" && citedSites.some((site) => hostname === site || hostname.endsWith(`.${site}`));
  } catch {
    return false;
  }
}
