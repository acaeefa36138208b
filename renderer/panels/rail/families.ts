import type { Example } from "../../../shared/contract.ts";

/** Kinds of templates in the order of the gallery; those before the last are told by the nodes that only they have. */
const families = [
  { family: "First steps", has: null },
  { family: "When and how much to guide", has: /^(guidance\/(adaptive|interval|linear-.*|cfg-pp)|curve\/.*)$/ },
  {
    family: "Colours and detail at high scales",
    has: /^guidance\/(apg|rescale|mimic|cfg-norm|dynamic-threshold|tangential|cfg-zero-star|magnitude-aware|mahiro|fre.*|epsilon-.*)$/,
  },
  {
    family: "Several prompts and regions",
    has: /^(guidance\/(multi-condition|perp-neg|concept-monitor|spatial)|denoiser\/mask|text\/schedule)$/,
  },
  { family: "Guidance without an empty prompt", has: /^guidance\/(independent-condition|time-step)$/ },
  { family: "Larger pictures and sequences", has: /^(sampler\/(cascade|panorama)|guidance\/(upsample|history))$/ },
  { family: "Rewards and classifiers", has: /^reward\// },
  { family: "Test beds with a known truth", has: /^(plot\/|model\/(?!load|checkpoint|parts))/ },
  { family: "Looking inside", has: /^explain\// },
] as const;

const yours = "Your templates";

/** Where several kinds of nodes tell, the later family wins; without any, a template is a first step. */
function familyOf({ text, isOwn }: Example): string {
  if (isOwn) return yours;
  const types = typesIn(text);
  const found = families.findLast(({ has }) => has !== null && types.some((type) => has.test(type)));
  return (found ?? families[0]).family;
}

/** Types of the nodes of a workflow; none if its text cannot be read, which opening it will explain. */
function typesIn(text: string): readonly string[] {
  try {
    const { nodes } = JSON.parse(text) as { nodes: readonly { type: string }[] };
    return nodes.map(({ type }) => type);
  } catch {
    return [];
  }
}

/** Templates by family, the person's own first. All words of the query have to occur in name, description or nodes. */
export function byFamily(examples: readonly Example[], query: string) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const matching = examples.filter((example) => {
    const family = familyOf(example);
    const where = [example.name, example.about, family, ...typesIn(example.text)].join(" ").toLowerCase();
    return words.every((word) => where.includes(word));
  });
  return [yours, ...families.map(({ family }) => family)].flatMap((family) => {
    const members = matching.filter((example) => familyOf(example) === family);
    return members.length === 0 ? [] : [{ family, members }];
  });
}
