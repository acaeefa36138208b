import { type ClientRequest, get as getHttp, type IncomingMessage, type RequestOptions } from "node:http";
import { get as getHttps } from "node:https";
import { redirected } from "./address.ts";
import { DownloadError } from "./error.ts";

const mostRedirects = 8;
/** A connection on which nothing comes for so long is dead. */
const silenceMs = 30_000;

/** What a server answered at the end of its redirects. */
export interface Answer {
  readonly message: IncomingMessage;
  readonly url: URL;
  /** Headers of the redirects on the way, the last one first: hubs tell there what a file is. */
  readonly onTheWay: readonly IncomingMessage["headers"][];
}

/** Part of a file that is there already. */
export interface Have {
  readonly bytes: number;
  /** What the server called this version of the file; null if it did not say. */
  readonly etag: string | null;
}

/** Asks for the rest of a file, or for all of it. Follows redirects. Throws a DownloadError. */
export async function connect(start: URL, have: Have, signal: AbortSignal): Promise<Answer> {
  const onTheWay: IncomingMessage["headers"][] = [];
  let url = start;
  while (onTheWay.length <= mostRedirects) {
    const message = await ask(url, have, signal);
    const { statusCode = 0, headers } = message;
    const isRedirect = [301, 302, 303, 307, 308].includes(statusCode) && headers.location !== undefined;
    if (!isRedirect) return { message, url, onTheWay };
    message.resume();
    onTheWay.unshift(headers);
    url = redirected(url, headers.location ?? "");
  }
  throw new DownloadError(
    `${start.host} redirects more than ${mostRedirects} times. Take the address of the file itself.`,
  );
}

function ask(url: URL, { bytes, etag }: Have, signal: AbortSignal): Promise<IncomingMessage> {
  // Content codings would make lengths and ranges those of something else. Weak tags do not promise equal bytes.
  const range = bytes > 0 && { range: `bytes=${bytes}-`, ...(etag?.startsWith('"') && { "if-range": etag }) };
  const options: RequestOptions = {
    signal,
    headers: { "user-agent": "Fairlead", accept: "*/*", "accept-encoding": "identity", ...range },
  };
  return new Promise((resolve, reject) => {
    const get = url.protocol === "https:" ? getHttps : getHttp;
    const request: ClientRequest = get(url, options, resolve);
    request.setTimeout(silenceMs, () => request.destroy(new Error(`nothing came for ${silenceMs / 1000} seconds`)));
    request.on("error", (error) => reject(signal.aborted ? error : brokenConnection(url, error)));
  });
}

const causes: Readonly<Record<string, string>> = {
  ENOTFOUND: "there is no such host, or this machine is not connected",
  EAI_AGAIN: "this machine is not connected",
  ECONNREFUSED: "it refuses the connection",
  ECONNRESET: "the connection broke",
  ETIMEDOUT: "it does not answer",
};

/** An error of the connection as a sentence. */
export function brokenConnection({ host }: URL, error: Error): DownloadError {
  const { code = "" } = error as NodeJS.ErrnoException;
  return new DownloadError(`${host} cannot be reached: ${causes[code] ?? error.message}.`, true);
}
