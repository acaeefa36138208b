import { basename, extname } from "node:path";
import { CheckpointError } from "../../checkpoint/error.ts";
import { refuseForeign } from "../../checkpoint/foreign.ts";
import type { Answer } from "./connect.ts";
import { DownloadError } from "./error.ts";

/** Endings of files that models consist of, or that lie beside them. */
const allowed = [".safetensors", ".sft", ".onnx", ".onnx_data", ".json", ".model"];

const notInNames = /[<>:"|?*\\/\p{Cc}]/gu;
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i;
const mostBytes = 200;

/** A file name that every system takes and that leads nowhere else; empty if nothing remains. */
export function safeFileName(name: string): string {
  const plain = basename(name.replaceAll("\\", "/"))
    .replace(notInNames, "")
    .replace(/^[. ]+|[. ]+$/g, "");
  const ending = extname(plain);
  let stem = plain.slice(0, plain.length - ending.length);
  while (Buffer.byteLength(stem + ending) > mostBytes && stem !== "") stem = [...stem].slice(0, -1).join("");
  return reserved.test(plain) ? `_${stem}${ending}` : stem + ending;
}

/**
 * Name of the file: the one that was asked for, that of the server's Content-Disposition, or the end of the address.
 * Throws a DownloadError for kinds of files that no model consists of.
 */
export function fileNameOf(wanted: string, { message, url }: Pick<Answer, "message" | "url">, address: URL): string {
  const given = [dispositionName(message.headers["content-disposition"]), lastPart(address), lastPart(url)];
  const names = [wanted, ...given].map(safeFileName).filter((name) => name !== "");
  const [first] = names;
  if (first === undefined)
    throw new DownloadError("Neither the address nor the server names the file. Give it a name.");
  const name = names.find((one) => allowed.includes(endingOf(one)));
  if (name === undefined)
    throw new DownloadError(`${first} is no file of a model. Models come as .safetensors or .onnx.`);
  return wanted === "" || name === first ? name : first + endingOf(name);
}

const endingOf = (name: string) => extname(name).toLowerCase();

const lastPart = ({ pathname }: URL): string => {
  try {
    return decodeURIComponent(pathname.slice(pathname.lastIndexOf("/") + 1));
  } catch {
    return "";
  }
};

/** The file name of a Content-Disposition (RFC 6266). */
function dispositionName(header: string | undefined): string {
  const extended = /filename\*\s*=\s*utf-8''([^;]+)/i.exec(header ?? "")?.[1];
  try {
    if (extended !== undefined) return decodeURIComponent(extended);
  } catch {
    // The plain form follows.
  }
  return (
    /filename\s*=\s*"([^"]*)"/i.exec(header ?? "")?.[1] ?? /filename\s*=\s*([^;"\s]+)/i.exec(header ?? "")?.[1] ?? ""
  );
}

const hex256 = /^[0-9a-f]{64}$/;

/** SHA-256 as a person gives it: whole, or the ten digits that A1111 and Civitai show. Empty for none. Throws. */
export function givenHash(text: string): string {
  const hash = text
    .trim()
    .toLowerCase()
    .replace(/^sha256:\s*/, "");
  if (hash === "" || hex256.test(hash) || /^[0-9a-f]{10}$/.test(hash)) return hash;
  throw new DownloadError("A SHA-256 has 64 hexadecimal digits, its short form 10. Copy it again, or leave it empty.");
}

/** SHA-256 that the server states: Hugging Face's tag of the file behind a redirect, or a digest (RFC 9530). */
export function statedHash({ message, onTheWay }: Pick<Answer, "message" | "onTheWay">): string | null {
  for (const headers of [message.headers, ...onTheWay]) {
    const one = (name: string) => String(headers[name] ?? "");
    const tag = one("x-linked-etag").replace(/^W\//, "").replaceAll('"', "").toLowerCase();
    if (hex256.test(tag)) return tag;
    const sum = one("x-checksum-sha256").toLowerCase();
    if (hex256.test(sum)) return sum;
    const digest = /sha-256=:?([A-Za-z0-9+/]{43}=)/i.exec(`${one("repr-digest")},${one("digest")}`)?.[1];
    if (digest !== undefined) return Buffer.from(digest, "base64").toString("hex");
  }
  return null;
}

/** Throws a sentence for an answer that is an error, or a page for people. */
export function refuseAnswer({ message, url }: Pick<Answer, "message" | "url">): void {
  const { statusCode = 0, headers } = message;
  if (statusCode === 401 || statusCode === 403) {
    throw new DownloadError(`${url.host} wants an account for this file. Download it in the browser.`);
  }
  if (statusCode === 404 || statusCode === 410) {
    throw new DownloadError(`${url.host} has no file at this address. Look for it on its page.`);
  }
  if (statusCode === 429 || statusCode >= 500) {
    throw new DownloadError(`${url.host} is busy (status ${statusCode}). Try again later.`, true);
  }
  if (statusCode !== 200 && statusCode !== 206) {
    throw new DownloadError(`${url.host} does not give the file (status ${statusCode}).`);
  }
  if (/^(text\/html|application\/xhtml)/i.test(headers["content-type"] ?? "")) {
    throw new DownloadError(`${url.host} sends a web page, not a file. Take the address of its download button.`);
  }
}

/** Throws a sentence for a beginning that is no model: a web page, a Git LFS pointer, a pickle. */
export function refuseContent(head: Buffer, name: string): void {
  try {
    refuseForeign(head, name);
  } catch (error) {
    if (error instanceof CheckpointError) throw new DownloadError(error.message);
    throw error;
  }
  if (/\.(safetensors|sft)$/i.test(name) && head.length > 8 && head[8] !== 0x7b) {
    throw new DownloadError(`What comes is no .safetensors file. Look for ${name} on its page.`);
  }
}
