import { DownloadError } from "./error.ts";

/** This machine itself, where nobody can listen in. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** The address that a text is, https or http on this machine; a part of one starts at `base`. Throws a DownloadError. */
export function addressOf(text: string, base?: URL): URL {
  let url: URL;
  try {
    url = new URL(text.trim(), base);
  } catch {
    throw new DownloadError("This is no address. Paste one that begins with https://.");
  }
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url))) {
    throw new DownloadError(`Files are fetched by https only, not by ${url.protocol.slice(0, -1)}.`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new DownloadError("This address holds a password, which would be kept in a file. Take it out.");
  }
  return url;
}

/** Where a redirect leads. Never from https to http, and never from outside to this machine. */
export function redirected(from: URL, location: string): URL {
  const to = addressOf(location, from);
  if (isLoopback(to) && !isLoopback(from))
    throw new DownloadError(`${from.host} leads to this machine, which is refused.`);
  return to;
}
