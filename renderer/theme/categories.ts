import {
  Award,
  Box,
  ChartScatter,
  Compass,
  Dices,
  FlaskConical,
  Footprints,
  Grid3x3,
  Image,
  Layers,
  Lightbulb,
  type LucideIcon,
  PackageOpen,
  Puzzle,
  ScanEye,
  Sigma,
  SquareDashed,
  StickyNote,
  TrendingDown,
  Type,
  Waypoints,
} from "lucide-react";

export interface Category {
  readonly title: string;
  readonly icon: LucideIcon;
  /** A CSS colour that follows the theme. */
  readonly hue: string;
}

const known: Readonly<Record<string, readonly [title: string, icon: LucideIcon]>> = {
  model: ["Models", Box],
  text: ["Text", Type],
  denoiser: ["Denoisers", Waypoints],
  guidance: ["Guidance", Compass],
  attention: ["Attention", ScanEye],
  sigmas: ["Schedules", TrendingDown],
  noise: ["Noise", Dices],
  latent: ["Latents", Grid3x3],
  sampler: ["Samplers", Footprints],
  image: ["Images", Image],
  mask: ["Masks", SquareDashed],
  reward: ["Rewards", Award],
  explain: ["Explanations", Lightbulb],
  tensor: ["Tensors", Layers],
  curve: ["Curves", Sigma],
  number: ["Numbers", Sigma],
  plot: ["Plots", FlaskConical],
  lab: ["Lab", FlaskConical],
  view: ["Notes", StickyNote],
  testbed: ["Test bed", ChartScatter],
  subgraph: ["Subgraphs", PackageOpen],
  missing: ["Missing", Puzzle],
};

/** Groups in the order in which lists show them. */
export const groups: readonly string[] = Object.keys(known);

/** The part of a node type before the slash: "guidance/cfg" → "guidance". */
export function groupOf(type: string): string {
  return type.split("/", 1)[0] ?? type;
}

/** Icon, hue and title of a group; the ones for missing nodes if this program does not know it. */
export function categoryOf(group: string): Category {
  const own = group === "graph" ? "subgraph" : group;
  const name = own in known ? own : "missing";
  const [title, icon] = known[name] ?? known.missing!;
  return { title, icon, hue: `var(--category-${name})` };
}
