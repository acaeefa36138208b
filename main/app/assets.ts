import { join, resolve, sep } from "node:path";

/** Origin of the window's page. */
export const pageOrigin = "app://fairlead";

/**
 * The file below `folder` that a request of the page means, or null if it means none: a path that leaves the folder,
 * another host, or something that cannot be decoded. The query and the fragment do not count.
 */
export function assetPath(folder: string, address: string): string | null {
  let path: string;
  try {
    const url = new URL(address);
    if (`${url.protocol}//${url.host}` !== pageOrigin) return null;
    path = decodeURIComponent(url.pathname);
  } catch {
    return null;
  }
  if (path.includes("\0") || path.includes("\\")) return null;
  const file = resolve(join(folder, path === "/" ? "index.html" : path));
  return file.startsWith(resolve(folder) + sep) ? file : null;
}

/** Media type by the end of a file name; what the page does not use is not served as anything in particular. */
export function mediaType(file: string): string {
  return mediaTypes[file.slice(file.lastIndexOf(".") + 1)] ?? "application/octet-stream";
}

const mediaTypes: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  json: "application/json",
  svg: "image/svg+xml",
  png: "image/png",
  woff2: "font/woff2",
  woff: "font/woff",
  ttf: "font/ttf",
};

/**
 * What the page may load: its own files, and pictures that it made itself. Style attributes are inline styles to a
 * browser, and the canvas positions every node by one, so inline styles are allowed; inline scripts and eval are not.
 */
export const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");
