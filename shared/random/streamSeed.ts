/** A seed of its own for each label: FNV-1a of the label, mixed with the run's seed (SplitMix64's finaliser). */
export function streamSeed(seed: bigint, label: string): bigint {
  const mask = 0xffffffffffffffffn;
  let hash = 0xcbf29ce484222325n;
  for (const character of label) hash = ((hash ^ BigInt(character.codePointAt(0)!)) * 0x100000001b3n) & mask;
  let z = (seed ^ hash) & mask;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask;
  return z ^ (z >> 31n);
}
