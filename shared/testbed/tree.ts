import { philoxNormal } from "../random/philox.ts";
import { type Gaussian, type Mixture, mixtureOf } from "./mixture.ts";

export interface TreeOptions {
  /** Generations of branches, each twice as many as the one before. */
  readonly levels: number;
  readonly seed: bigint;
}

interface Branch {
  readonly label: string;
  readonly depth: number;
  readonly at: readonly [number, number];
  /** Direction in radians. */
  readonly angle: number;
}

const root = [0.003, 0.0325] as const;
const axisScale = [1.3136, 1.3844] as const;
/** Gaussians along a branch. */
const beads = 8;

/**
 * Two trees of thin Gaussians that grow from one root, label a to the upper right and b to the lower left: after the toy
 * distribution of Karras and others, 2024 (arXiv:2406.02507). The irregularities come from the seed.
 */
export function treeMixture({ levels, seed }: TreeOptions): Mixture {
  const irregular = irregularities(seed, 6 * 2 ** levels);
  const gaussians: Gaussian[] = [];
  const grow = (branch: Branch) => {
    const { depth, at, angle, label } = branch;
    const length = 0.292 * 0.8 ** depth * (1 + 0.2 * irregular());
    const along = [Math.cos(angle), Math.sin(angle)] as const;
    gaussians.push(...beadsOf(branch, along, length));
    if (depth + 1 >= levels) return;
    const end = [at[0] + along[0] * length, at[1] + along[1] * length] as const;
    for (const side of [1, -1]) {
      const turn = side * 0.7 ** depth * (1 + 0.2 * irregular());
      grow({ label, depth: depth + 1, at: end, angle: angle + turn });
    }
  };
  grow({ label: "a", depth: 0, at: root, angle: Math.PI / 4 });
  grow({ label: "b", depth: 0, at: root, angle: (5 * Math.PI) / 4 });
  return mixtureOf(gaussians);
}

function irregularities(seed: bigint, count: number): () => number {
  const values = philoxNormal(seed, 0, count);
  let next = 0;
  return () => values[next++];
}

function beadsOf(branch: Branch, along: readonly [number, number], length: number): Gaussian[] {
  const { depth, at, label } = branch;
  const thickness = (0.2 * 0.8 ** depth) / length;
  const [x, y] = along;
  const [width, height] = axisScale.map((one) => one * length * 0.06) as [number, number];
  // Covariance d dᵀ + thickness² (I − d dᵀ), scaled along each axis.
  const shape = principalAxes(
    (x * x + thickness ** 2 * y * y) * width ** 2,
    (1 - thickness ** 2) * x * y * width * height,
    (y * y + thickness ** 2 * x * x) * height ** 2,
  );
  return Array.from({ length: beads }, (_, i) => {
    const distance = length * (0.07 + (0.86 * i) / (beads - 1));
    const mean = Float64Array.of((at[0] + x * distance) * axisScale[0], (at[1] + y * distance) * axisScale[1]);
    return { weight: length * 0.5 ** depth, mean, label, ...shape };
  });
}

/** Variances and orthonormal axes of the covariance [[a, b], [b, c]]. */
function principalAxes(a: number, b: number, c: number): Pick<Gaussian, "variances" | "basis"> {
  const angle = Math.atan2(2 * b, a - c) / 2;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const spread = Math.hypot((a - c) / 2, b);
  const middle = (a + c) / 2;
  // The smaller one from the determinant: their difference would cancel.
  const variances = Float64Array.of(middle + spread, (a * c - b * b) / (middle + spread));
  return { variances, basis: Float64Array.of(cos, sin, -sin, cos) };
}
