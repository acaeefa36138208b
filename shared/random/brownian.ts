import type { NodeNormals } from "./nodeNormals.ts";

/** The tree's own range of time; outside it the path goes on without a tree. */
const earliest = 2 ** -64;
const latest = 2 ** 64;
/** Halvings that leave one octave (128 = 2^7), and those within the octave. */
const depth = 7 + 10;
/** Draws that belong to no interval of the tree, whose numbers stay below 2^18. */
const own = { beginning: 0x80000000, ending: 0x80000001, before: 0x80000002, after: 0x80000003, plain: 0x80000004 };
/** Steps with a stage between ask sigma → middle, then sigma → next: three times, and one to spare. */
const keptPoints = 4;

interface Point {
  readonly time: number;
  readonly value: Float64Array;
}

/**
 * `size` independent standard Brownian motions, B(0) = 0, of which any time ≥ 0 can be asked in any order: the answer
 * depends on the draws of the nodes alone, never on what was asked before.
 *
 * A virtual tree (as in arXiv:2405.06464): the time is bracketed by halving 2^−64..2^64, first by octaves, then 10 times
 * within the octave, each middle drawn from the bridge between its ends; the last bridge leads from the ends of the leaf,
 * at most 1/1024 of the time wide, to the time itself. The variance of B is exact at every time, and so are all
 * covariances between times in different leaves; within a leaf the path is too smooth, but its ends are right.
 */
export class BrownianPath {
  readonly #size: number;
  readonly #normals: NodeNormals;
  /** Middles on the way to the last time, by depth: a walk in order draws each node once. */
  readonly #way: { readonly node: number; readonly value: Float64Array }[] = [];
  readonly #kept: Point[] = [];
  #ends: readonly [Point, Point] | undefined;

  constructor(size: number, normals: NodeNormals) {
    this.#size = size;
    this.#normals = normals;
  }

  /** A standard normal draw that is independent of the path. */
  plain(): Float64Array {
    return this.#add(new Float64Array(this.#size), own.plain, 1);
  }

  /** B at a finite time ≥ 0; the array is the path's own. */
  at(time: number): Float64Array {
    const known = this.#kept.find((point) => point.time === time);
    if (known) return known.value;
    const value = this.#find(time);
    this.#kept.unshift({ time, value });
    this.#kept.length = Math.min(this.#kept.length, keptPoints);
    return value;
  }

  #find(time: number): Float64Array {
    this.#ends ??= this.#drawEnds();
    let [left, right] = this.#ends;
    if (time < earliest) {
      return this.#bridge({ time: 0, value: new Float64Array(this.#size) }, left, time, own.before);
    }
    if (time >= latest) return this.#add(right.value.slice(), own.after, Math.sqrt(time - latest));
    let node = 1;
    for (let level = 0; level < depth; level++) {
      const middle = this.#middle(left, right, node, level);
      const isRight = time >= middle.time;
      if (isRight) left = middle;
      else right = middle;
      node = 2 * node + (isRight ? 1 : 0);
    }
    return this.#bridge(left, right, time, node);
  }

  #drawEnds(): readonly [Point, Point] {
    const first = this.#add(new Float64Array(this.#size), own.beginning, Math.sqrt(earliest));
    const last = this.#add(first.slice(), own.ending, Math.sqrt(latest - earliest));
    return [
      { time: earliest, value: first },
      { time: latest, value: last },
    ];
  }

  #middle(left: Point, right: Point, node: number, level: number): Point {
    // Both middles are exact: a power of two between powers of two, a binary fraction within the octave.
    const isWide = right.time > 2 * left.time;
    const time = isWide ? Math.sqrt(left.time * right.time) : (left.time + right.time) / 2;
    const known = this.#way[level];
    if (known?.node === node) return { time, value: known.value };
    const value = this.#bridge(left, right, time, node);
    this.#way[level] = { node, value };
    return { time, value };
  }

  /** B at a time between two points, given B there. */
  #bridge(left: Point, right: Point, time: number, node: number): Float64Array {
    const width = right.time - left.time;
    const [a, b] = [(right.time - time) / width, (time - left.time) / width];
    const [u, v] = [left.value, right.value];
    const value = new Float64Array(this.#size);
    for (let i = 0; i < value.length; i++) value[i] = a * u[i] + b * v[i];
    return this.#add(value, node, Math.sqrt((right.time - time) * b));
  }

  #add(value: Float64Array, node: number, deviation: number): Float64Array {
    if (deviation > 0) this.#normals(node, deviation, value, 0, value.length);
    return value;
  }
}

/**
 * Standard normal increment of a path for the move from level `sigma` down to level `next`:
 *
 *     (B(u(next)) − B(u(sigma))) / √(u(next) − u(sigma)),   u(s) = 1 / s².
 *
 * Why this time: the reverse SDE of variance-exploding diffusion, dx = 2 (x − D) / σ dσ + √(2σ) dW (arXiv:2011.13456,
 * σ falling), has the integrating factor σ⁻², and σ⁻² √(2σ) dW is Brownian in u. For constant D the noise of a step is
 * exactly next² (B(next⁻²) − B(sigma⁻²)), whose variance next² (sigma² − next²) / sigma² is that of an ancestral step with
 * eta 1. A step cut in two therefore gets the same noise in sum, and a picture changes as little as it can with the
 * number of steps. Infinity is a level (u = 0). Moves to level 0, which has no time, and from a level to itself get a
 * draw that is independent of the path.
 */
export function brownianIncrement(path: BrownianPath, sigma: number, next: number): Float64Array {
  const [from, to] = [1 / (sigma * sigma), 1 / (next * next)];
  const width = to - from;
  if (!(width > 0 && width < Infinity)) return path.plain();
  const [start, end] = [path.at(from), path.at(to)];
  const factor = 1 / Math.sqrt(width);
  const increment = new Float64Array(start.length);
  for (let i = 0; i < increment.length; i++) increment[i] = (end[i] - start[i]) * factor;
  return increment;
}
