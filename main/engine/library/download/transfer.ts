import { link, mkdir, open, rename, rm, stat, statfs } from "node:fs/promises";
import { basename, join } from "node:path";
import { CheckpointError } from "../../checkpoint/error.ts";
import { readCheckpoint } from "../../checkpoint/safetensors.ts";
import { describeFileError } from "../../files/fileError.ts";
import { sha256Of } from "../hash.ts";
import { addressOf } from "./address.ts";
import { type Answer, brokenConnection, connect } from "./connect.ts";
import { fileNameOf, refuseAnswer, refuseContent, statedHash } from "./content.ts";
import { DownloadError } from "./error.ts";

/** A download as it is kept between two starts. */
export interface Job {
  readonly id: string;
  readonly url: string;
  readonly folder: string;
  /** Name that a person wanted; empty to take the server's. */
  readonly wanted: string;
  /** Hash that a person gave; empty for none. */
  readonly given: string;
  /** Name of the file; empty until the server answered. */
  name: string;
  etag: string | null;
  /** Hash that the server stated. */
  stated: string | null;
  received: number;
  total: number | null;
}

/** What a transfer needs of its surroundings. */
export interface TransferPorts {
  readonly signal: AbortSignal;
  /** Called when the job's fields changed; `isChecking` once all bytes are there. */
  readonly tell: (isChecking: boolean) => void;
  /** Bytes that may be written to a folder's disk. */
  readonly free: (folder: string) => Promise<number>;
}

/** Room that is left on the disk for others. */
const marginBytes = 64e6;
/** The disk is looked at again after so much. */
const lookEvery = 256e6;
const headBytes = 512;

/** Where the bytes go until all of them are there. */
export const partOf = ({ folder, name, id }: Job): string => join(folder, `${name}.${id.slice(0, 8)}.part`);

export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/**
 * Fetches what is still missing of a file and gives it its name once its length and hash are right; until then it lies
 * in a part file beside. Throws a DownloadError; one that `isPassing` leaves what came, so that the next try goes on there.
 */
export async function transfer(job: Job, ports: TransferPorts): Promise<void> {
  try {
    await mkdir(job.folder, { recursive: true });
    job.received = job.name === "" ? 0 : await sizeOf(partOf(job));
    if (job.total === null || job.received < job.total) await receive(job, ports);
    ports.tell(true);
    await check(job, ports.signal);
    await giveName(job);
  } catch (error) {
    if (error instanceof DownloadError || ports.signal.aborted) throw error;
    throw new DownloadError(describeFileError("Writing", join(job.folder, job.name), error).message);
  }
}

async function receive(job: Job, ports: TransferPorts): Promise<void> {
  const address = addressOf(job.url);
  const answer = await connect(address, { bytes: job.received, etag: job.etag }, ports.signal);
  const { message } = answer;
  if (job.received > 0 && isOtherVersion(answer, job)) {
    message.destroy();
    await rm(partOf(job), { force: true });
    throw new DownloadError(`${answer.url.host} has another version of the file now.`, true);
  }
  try {
    refuseAnswer(answer);
    // A server that ignores ranges sends everything anew.
    if (message.statusCode !== 206) await begin(job, answer, address);
    ports.tell(false);
    await checkSpace(job, ports);
    await write(job, answer, ports);
  } finally {
    message.destroy();
  }
}

/** Whether a part cannot be the rest of what is there: another tag, length or beginning, or no such part at all. */
function isOtherVersion({ message }: Answer, { etag, received, total }: Job): boolean {
  const { statusCode, headers } = message;
  if (statusCode !== 206) return statusCode === 416;
  const [, start, whole] = /^bytes (\d+)-\d+\/(\d+|\*)/.exec(headers["content-range"] ?? "") ?? [];
  const isSameTag = etag === null || headers.etag === undefined || headers.etag === etag;
  const isSameLength = total === null || whole === "*" || Number(whole) === total;
  return Number(start) !== received || !isSameTag || !isSameLength;
}

/** Takes over what the server says of the whole file; what came of another version goes. */
async function begin(job: Job, answer: Answer, address: URL): Promise<void> {
  const { headers } = answer.message;
  if (job.name !== "") await rm(partOf(job), { force: true });
  job.name = fileNameOf(job.wanted, answer, address);
  job.etag = headers.etag ?? null;
  job.stated = statedHash(answer);
  job.received = 0;
  const length = Number(headers["content-length"] ?? Number.NaN);
  job.total = Number.isSafeInteger(length) ? length : null;
  if (await exists(join(job.folder, job.name))) throw alreadyThere(job.name);
}

const alreadyThere = (name: string) =>
  new DownloadError(`${name} is in this folder already. Give the download another name.`);

async function checkSpace({ folder, name, total, received }: Job, { free }: TransferPorts): Promise<void> {
  const needed = (total ?? received) - received + marginBytes;
  const there = await free(folder);
  if (there >= needed) return;
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  throw new DownloadError(
    `${name} needs ${gigabytes(needed)} more, but the disk has ${gigabytes(there)} free. Free some space.`,
  );
}

async function write(job: Job, { message, url }: Answer, ports: TransferPorts): Promise<void> {
  const file = await open(partOf(job), job.received > 0 ? "r+" : "w");
  let looked = job.received;
  let head = Buffer.alloc(0);
  let isChecked = job.received > 0;
  try {
    for await (const chunk of message as AsyncIterable<Buffer>) {
      if (ports.signal.aborted) throw new DownloadError("Paused.", true);
      if (!isChecked) {
        head = Buffer.concat([head, chunk]).subarray(0, headBytes);
        isChecked = head.length >= headBytes;
        if (job.received === 0 || isChecked) refuseContent(head, job.name);
      }
      if (job.total !== null && job.received + chunk.length > job.total) {
        throw new DownloadError(`${url.host} sends more than the ${job.total} bytes that it spoke of.`);
      }
      await file.write(chunk, 0, chunk.length, job.received);
      job.received += chunk.length;
      ports.tell(false);
      if (job.received - looked > lookEvery) {
        looked = job.received;
        await checkSpace(job, ports);
      }
    }
  } catch (error) {
    const isOwn = error instanceof DownloadError || (error as NodeJS.ErrnoException).syscall === "write";
    throw isOwn ? error : brokenConnection(url, error as Error);
  } finally {
    await file.sync().catch(() => {});
    await file.close();
  }
  if (job.total !== null && job.received < job.total) {
    throw new DownloadError(`${url.host} ended the connection at ${job.received} of ${job.total} bytes.`, true);
  }
}

/** Length, hash and header of what came. Wrong bytes are of no use to anybody: they go. */
async function check(job: Job, signal: AbortSignal): Promise<void> {
  const part = partOf(job);
  const expected = job.given || job.stated;
  const found = expected === null || expected === "" ? null : await sha256Of(part, signal);
  if (found !== null && !found.startsWith(expected ?? "")) {
    await rm(part, { force: true });
    const by = job.given === "" ? "the server states" : "you gave";
    throw new DownloadError(
      `${job.name} is not what it should be: its SHA-256 is ${found.slice(0, 10)}…, not ${expected?.slice(0, 10)}… as ${by}. Download it again.`,
    );
  }
  if (!/\.(safetensors|sft)$/i.test(job.name)) return;
  try {
    readCheckpoint(part);
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    await rm(part, { force: true });
    throw new DownloadError(error.message.replace(basename(part), job.name));
  }
}

/** Puts the file under its name in one step, and never over another. */
async function giveName(job: Job): Promise<void> {
  const target = join(job.folder, job.name);
  const part = partOf(job);
  try {
    await link(part, target);
    await rm(part);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" || (await exists(target))) throw alreadyThere(job.name);
    // Disks without hard links (exFAT).
    await rename(part, target);
  }
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
