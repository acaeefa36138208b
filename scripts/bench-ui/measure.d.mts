/** Counts of a page, once `countRenders` ran in it before anything else. */
export interface RenderCounts {
  readonly commits: number;
  readonly components: number;
  /** Nodes of the graph touched, over all commits. */
  readonly nodes: number;
  /** Most nodes of the graph in one commit. */
  readonly widest: number;
}

export declare function countRenders(): void;
