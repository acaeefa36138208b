import type { ParamValue } from "../../shared/node/params.ts";

/** A method to compare: the guidance part of a document. */
export interface Method {
  readonly name: string;
  /** Nodes by id; those of the base document are `model`, `strong`, `weak`, `poor` (the smaller network), `sigmas`, … */
  readonly nodes: Readonly<Record<string, readonly [type: string, params?: Readonly<Record<string, ParamValue>>]>>;
  /** "from.port to.port". */
  readonly links: readonly string[];
  /** What the sampler walks: "node.port". */
  readonly walked: string;
  /** Name of the method that its pictures are compared with; "cfg 4" when absent. */
  readonly against?: string;
}

/**
 * Steps that adaptive guidance guides in any case: at much noise both predictions agree, since all they see is noise. Of
 * 6, 8, 10 and 12, the one whose pictures of the prompts for tuning came closest to those of ordinary guidance.
 */
export const minSteps = 10;

type Params = Readonly<Record<string, ParamValue>>;

/** A method of two predictions, under the prompt and under the empty one. */
function pair(name: string, type: string, params: Params): Method {
  const links = ["strong.denoiser guide.strong", "weak.denoiser guide.weak"];
  return { name, nodes: { guide: [`guidance/${type}`, params] }, links, walked: "guide.denoiser" };
}

/** Ordinary guidance of a scale with a node behind it that also takes the strong side, where it has a port for it. */
function wrapped(name: string, scale: number, type: string, params: Params, links: readonly string[]): Method {
  const plain = pair(name, "cfg", { scale });
  return {
    ...plain,
    nodes: { ...plain.nodes, wrap: [`guidance/${type}`, params] },
    links: [...plain.links, ...links],
    walked: "wrap.denoiser",
  };
}

const aside = ["guide.denoiser wrap.denoiser", "strong.denoiser wrap.strong"];

/** All methods; `threshold` is adaptive guidance's, `coefficients` the file of linear guidance. */
export function methodsOf(threshold: number, coefficients: string): readonly Method[] {
  return [
    { name: "none", nodes: {}, links: [], walked: "strong.denoiser" },
    pair("cfg 2", "cfg", { scale: 2 }),
    pair("cfg 4", "cfg", { scale: 4 }),
    pair("cfg 7.5", "cfg", { scale: 7.5 }),
    pair("cfg 15", "cfg", { scale: 15 }),
    pair("cfg 25", "cfg", { scale: 25 }),
    ...highScales().map((method) => ({ ...method, against: method.name.includes("25") ? "cfg 25" : "cfg 15" })),
    pair("magnitude-aware 10", "magnitude-aware", { scale: 10 }),
    wrapped("interval 4", 4, "interval", { sigmaLow: 0.28, sigmaHigh: 5.42 }, [
      "guide.denoiser wrap.inside",
      "strong.denoiser wrap.outside",
    ]),
    pair("adaptive 4", "adaptive", { scale: 4, threshold, minSteps }),
    scheduled("schedule 4, linear", "linear"),
    scheduled("schedule 4, inverse-linear", "inverse-linear"),
    linear(coefficients),
    pair("cfg-pp 0.6", "cfg-pp", { scale: 0.6 }),
    pair("tangential 4", "tangential", { scale: 4 }),
    pair("cfg-zero-star 4", "cfg-zero-star", { scale: 4, zeroInitSteps: 0 }),
    pair("frequency-decoupled 2/6", "frequency-decoupled", { scaleLow: 2, scaleHigh: 6 }),
    pair("mahiro 4", "mahiro", { scale: 4 }),
    independent(),
    timeStep(),
    autoguidance(),
  ];
}

/** Cures for what high scales do, each beside ordinary guidance of its scale. */
function highScales(): readonly Method[] {
  return [
    pair("apg 15", "apg", { scale: 15, norm: 0, momentum: 0 }),
    pair("apg 15, norm 2", "apg", { scale: 15, norm: 2, momentum: 0 }),
    pair("apg 15, norm 2, momentum −0.5", "apg", { scale: 15, norm: 2 }),
    pair("apg 15, defaults", "apg", { scale: 15 }),
    pair("apg 25", "apg", { scale: 25, norm: 0, momentum: 0 }),
    wrapped("rescale 15", 15, "rescale", { amount: 0.7 }, aside),
    pair("mimic 15 as 4", "mimic", { scale: 15, mimicScale: 4 }),
  ];
}

function scheduled(name: string, schedule: string): Method {
  const plain = pair(name, "cfg", {});
  return {
    ...plain,
    nodes: { ...plain.nodes, curve: ["curve/schedule", { shape: schedule, scale: 4 }] },
    links: [...plain.links, "curve.curve guide.scale"],
  };
}

function linear(path: string): Method {
  const plain = pair("linear-adaptive 4", "linear-adaptive", { scale: 4 });
  return {
    ...plain,
    nodes: { ...plain.nodes, load: ["tensor/load", { path }] },
    links: [...plain.links, "load.tensor guide.coefficients"],
  };
}

function independent(): Method {
  const others = ["a cat", "a house on a red background", "a blue ring", "a key and a star"];
  const nodes: Method["nodes"] = {
    guide: ["guidance/independent-condition", { scale: 3, every: "run" }],
    ...Object.fromEntries(others.map((text, i) => [`other${i}`, ["text/encode", { text }] as const])),
  };
  const links = ["strong.denoiser guide.strong", "model.model guide.model"];
  for (const i of others.keys()) links.push(`model.model other${i}.model`, `other${i}.conditioning guide.others`);
  return { name: "independent-condition 3", nodes, links, walked: "guide.denoiser" };
}

function timeStep(): Method {
  const nodes: Method["nodes"] = { guide: ["guidance/time-step", { scale: 2.5, amount: 0.15, every: "run" }] };
  return { name: "time-step 2.5", nodes, links: ["strong.denoiser guide.denoiser"], walked: "guide.denoiser" };
}

function autoguidance(): Method {
  const nodes: Method["nodes"] = {
    small: ["model/load", { network: "unet_weak" }],
    poor: ["denoiser/condition"],
    guide: ["guidance/cfg", { scale: 2 }],
  };
  const links = ["small.model poor.model", "prompt.conditioning poor.conditioning"];
  links.push("strong.denoiser guide.strong", "poor.denoiser guide.weak");
  return { name: "autoguidance 2", nodes, links, walked: "guide.denoiser" };
}
