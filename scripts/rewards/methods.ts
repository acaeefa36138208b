/** A way to guide by one of the two classifiers. */
export interface Method {
  readonly name: string;
  /** Type and parameters of the guidance; null = none. */
  readonly guidance: readonly [string, Readonly<Record<string, number | string>>] | null;
  /** Which classifier guides; the other one judges. */
  readonly guide: "latent" | "image";
}

/** What is compared; the first is the reference of all. */
export const methods: readonly Method[] = [
  { name: "unguided", guidance: null, guide: "latent" },
  ...[1, 4, 10, 30].map(
    (scale): Method => ({
      name: `classifier ${scale}`,
      guidance: ["guidance/classifier", { scale }],
      guide: "latent",
    }),
  ),
  { name: "dps 1", guidance: ["guidance/dps", { strength: 1 }], guide: "image" },
  { name: "dps 3", guidance: ["guidance/dps", { strength: 3 }], guide: "image" },
  { name: "lgd 3", guidance: ["guidance/lgd", { strength: 3, draws: 4 }], guide: "image" },
  { name: "freedom 0.2", guidance: ["guidance/freedom", { strength: 0.2 }], guide: "image" },
  { name: "mpgd 3", guidance: ["guidance/mpgd", { strength: 3 }], guide: "image" },
  { name: "tfg 0.1", guidance: ["guidance/tfg", { rho: 0.1, mu: 0, iterations: 1 }], guide: "image" },
  { name: "tfg 0.5", guidance: ["guidance/tfg", { rho: 0.5, mu: 0.5, iterations: 2 }], guide: "image" },
  { name: "tfg 2", guidance: ["guidance/tfg", { rho: 2, mu: 0.5, iterations: 4 }], guide: "image" },
];
