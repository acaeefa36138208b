type Params = Readonly<Record<string, number | string>>;

/** A way to guide by one of the two classifiers. */
export interface Method {
  readonly name: string;
  /** Type and parameters of the guidance; null = none. */
  readonly guidance: readonly [string, Params] | null;
  /** Which classifier guides; the other one judges. */
  readonly guide: "latent" | "image";
}

/** Guided by the classifier of latents, at the clean prediction: it was trained with noise, so its slopes are smooth. */
const byLatent = (name: string, type: string, params: Params): Method => ({
  name,
  guidance: [type, params],
  guide: "latent",
});

/** What is compared; the first is the reference of all. */
export const methods: readonly Method[] = [
  { name: "unguided", guidance: null, guide: "latent" },
  ...[1, 4, 10, 30].map((scale) => byLatent(`classifier ${scale}`, "guidance/classifier", { scale })),
  byLatent("dps 1", "guidance/dps", { strength: 1 }),
  byLatent("lgd 1", "guidance/lgd", { strength: 1, draws: 4 }),
  byLatent("freedom 0.2", "guidance/freedom", { strength: 0.2 }),
  byLatent("mpgd 3", "guidance/mpgd", { strength: 3 }),
  byLatent("universal 1", "guidance/universal", { forward: 1, steps: 3, rate: 0.05 }),
  byLatent("tfg 1", "guidance/tfg", { rho: 1, mu: 0, iterations: 1, gamma: 0 }),
  byLatent("tfg 1, smoothed", "guidance/tfg", { rho: 1, mu: 0, iterations: 1, gamma: 0.5, draws: 4 }),
  { name: "tfg 0.5 by pixels", guidance: ["guidance/tfg", { rho: 0.5, mu: 0.5, iterations: 2 }], guide: "image" },
];
