import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import type { AnyTensor } from "../../../shared/tensor/tensor.ts";
import { openSession, type Session } from "../runtime/session.ts";
import { cotangentName, gradientName } from "./differentiate.ts";
import { readWholeModel, writeGradientFile } from "./gradientFile.ts";
import { normalNumbers, probeFeeds, type Shapes } from "./probe.ts";

export interface CheckRequest {
  readonly of: string;
  readonly wrt: readonly string[];
  readonly directions: number;
  readonly batch: number;
  readonly shapes: Shapes;
  readonly signal?: AbortSignal;
}

export interface CheckResult {
  /** By input: the greatest difference along any direction, in units of the gradient's usual share (‖g‖ / √n). */
  readonly errors: Readonly<Record<string, number>>;
  /** Of one run, the best of three. */
  readonly forwardMs: number;
  readonly gradientMs: number;
}

type Feeds = Readonly<Record<string, AnyTensor>>;

/**
 * Compares the gradient graph of a model with central differences of the model itself along random directions, for a
 * random cotangent. Differences are taken at several widths, and the two neighbours that agree best count: single
 * precision is too coarse for narrow ones, curvature for wide ones. Runs on the CPU. Throws a sentence.
 */
export async function checkGradient(path: string, request: CheckRequest): Promise<CheckResult> {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-grad-"));
  const sessions: Session[] = [];
  const opened = async (file: string) => {
    const session = await openSession(file, { provider: "cpu", threads: availableParallelism() });
    sessions.push(session);
    return session;
  };
  try {
    const { of, wrt } = request;
    const written = writeGradientFile(path, { of: [of], wrt, keepsOutputs: true }, join(folder, "gradient.onnx"));
    const forward = await opened(path);
    const backward = await opened(written.path);
    const feeds = probeFeeds(readWholeModel(path), request.shapes, request.batch);
    const value = (await firstRun(forward, feeds))[of];
    const cotangent = { data: normalNumbers(value.data.length, 99), shape: value.shape };
    const given = { ...feeds, [cotangentName(of)]: cotangent };
    const results = await backward.run(given);
    const probe = { forward, feeds, of, cotangent: cotangent.data };
    const errors: Record<string, number> = {};
    for (const name of wrt) {
      const gradient = results[gradientName(name)].data as Float32Array;
      errors[name] = await greatestError(probe, name, gradient, request);
    }
    return {
      errors,
      forwardMs: await bestTime(() => forward.run(feeds)),
      gradientMs: await bestTime(() => backward.run(given)),
    };
  } finally {
    for (const session of sessions) await session.release();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function firstRun(session: Session, feeds: Feeds) {
  try {
    return await session.run(feeds);
  } catch (error) {
    const sizes = Object.entries(feeds).map(([name, { shape }]) => `${name}=${shape.join("x")}`);
    throw new Error(
      `${(error as Error).message} Tried with ${sizes.join(", ")}; other sizes are given with --shape ${sizes[0]}.`,
    );
  }
}

async function bestTime(run: () => Promise<unknown>): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 3; i++) {
    const start = performance.now();
    await run();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

interface Probe {
  readonly forward: Session;
  readonly feeds: Feeds;
  readonly of: string;
  readonly cotangent: Float32Array;
}

const widths = [3, 1, 0.3, 0.1, 0.03, 0.01];

async function greatestError(
  probe: Probe,
  name: string,
  gradient: Float32Array,
  { directions, signal }: CheckRequest,
): Promise<number> {
  const usual = Math.sqrt(dot(gradient, gradient) / Math.max(1, gradient.length)) || 1;
  let worst = 0;
  for (let i = 0; i < directions; i++) {
    signal?.throwIfAborted();
    const u = normalNumbers(gradient.length, 1000 + i);
    const length = Math.sqrt(dot(u, u)) || 1;
    const direction = u.map((value) => value / length);
    const slope = await slopeAlong(probe, name, direction, usual);
    const error = Math.abs(slope - dot(gradient, direction)) / usual;
    worst = Math.max(worst, Number.isNaN(error) ? Number.POSITIVE_INFINITY : error);
  }
  return worst;
}

/** The central difference where two neighbouring widths agree best. */
async function slopeAlong(probe: Probe, name: string, direction: Float32Array, usual: number): Promise<number> {
  let [best, gap] = [Number.NaN, Number.POSITIVE_INFINITY];
  let previous: number | null = null;
  for (const width of widths) {
    const slope = await differenceAlong(probe, name, direction, width);
    const change: number = previous === null ? Number.POSITIVE_INFINITY : Math.abs(slope - previous);
    if (change < gap) {
      best = slope;
      gap = change;
    }
    previous = slope;
    if (gap < 2e-3 * usual) break;
  }
  return best;
}

/** (f(x + h u) − f(x − h u)) / 2h, where h is `width` times the size of the elements of x, at most 1. */
async function differenceAlong(
  { forward, feeds, of, cotangent }: Probe,
  name: string,
  direction: Float32Array,
  width: number,
): Promise<number> {
  const x = feeds[name].data as Float32Array;
  const h = width * Math.min(1, Math.sqrt(dot(x, x) / Math.max(1, x.length)) || 1);
  const at = async (step: number) => {
    const data = x.map((value, i) => value + step * direction[i]);
    const results = await forward.run({ ...feeds, [name]: { data, shape: feeds[name].shape } });
    return results[of].data as Float32Array;
  };
  const [above, below] = [await at(h), await at(-h)];
  return (
    dot(
      cotangent,
      Float64Array.from(above, (value, i) => value - below[i]),
    ) /
    (2 * h)
  );
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
