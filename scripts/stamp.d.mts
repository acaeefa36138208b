interface Stamp {
  readonly look: string;
  readonly content: string;
}

export declare function createStamps(root: string): {
  isFresh(name: string, sources: readonly string[]): boolean;
  take(sources: readonly string[]): Stamp;
  write(name: string, stamp: Stamp): void;
  withLock<T>(work: () => Promise<T>): Promise<T>;
};
