/** Curves over one axis. */
export interface LinePlot {
  readonly kind: "lines";
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly logX: boolean;
  /** Levels of 0 then stand on the floor, infinite ones at the top. */
  readonly logY: boolean;
  readonly series: readonly { readonly name: string; readonly x: readonly number[]; readonly y: readonly number[] }[];
}

/** Points of the plane, at one moment or on their way through several. */
export interface Cloud {
  readonly name: string;
  /** [moments, count, 2]: x and y of every point at the first moment, then at the next. */
  readonly xy: Float32Array | Float64Array;
  readonly count: number;
  readonly moments: number;
  /** Noise level at each moment, where it is known. */
  readonly sigmas: readonly number[] | null;
}

/** One Gaussian of an exact distribution in the plane. */
export interface Ellipse {
  readonly center: readonly [x: number, y: number];
  /** Two perpendicular arrows, each one standard deviation long. */
  readonly axes: readonly [ux: number, uy: number, vx: number, vy: number];
  /** Share of the whole; all shares add up to 1. */
  readonly weight: number;
  readonly label: string;
}

/** What guidance aims at: p(x | c)^power · p(x)^(1 − power), up to a factor. */
export interface Guided {
  /** Shares of the Gaussians under the condition; they add up to 1. */
  readonly weights: readonly number[];
  /** 1 = the distribution under the condition itself. */
  readonly power: number;
}

/** A part of the plane. */
export interface Box {
  readonly x: readonly [low: number, high: number];
  readonly y: readonly [low: number, high: number];
}

/** What is shown of the exact distribution besides its rings: how dense it is, where its score points. */
export type Field = "none" | "density" | "score" | "both";

/** Clouds of points over the exact distribution that they should have. */
export interface PlanePlot {
  readonly kind: "plane";
  readonly title: string;
  readonly clouds: readonly Cloud[];
  readonly exact: readonly Ellipse[];
  /** The part of the exact distribution that is meant; absent for all of it. */
  readonly guided?: Guided;
  readonly field: Field;
  /** Noise level of the field where the points do not move. */
  readonly sigma: number;
  /** Paths drawn of each cloud that moves. */
  readonly trails: number;
  /** What is looked at first. */
  readonly view: Box;
}

/** Figures with names. */
export interface TablePlot {
  readonly kind: "table";
  readonly title: string;
  readonly rows: readonly TableRow[];
}

export interface TableRow {
  readonly name: string;
  readonly value: string;
  /** What it should be. */
  readonly exact?: string;
  /** Stands out: further off than chance makes it. */
  readonly isOff?: boolean;
}

/** What a plot wire carries and a card draws. Plain data with typed arrays, so that it crosses processes as it is. */
export type Plot = LinePlot | PlanePlot | TablePlot;
