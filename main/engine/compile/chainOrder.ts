import type { ChainPlace } from "../../../shared/node/define.ts";
import type { Port } from "../../../shared/node/ports.ts";
import { type Placed, problem } from "./document.ts";

/** The method that a denoiser went through last, as far as the order of methods goes. */
export interface Standing {
  readonly title: string;
  readonly place: Exclude<ChainPlace, "window">;
}

/** What only adds up is in nobody's way. */
const order: readonly Standing["place"][] = ["sum", "branch", "difference", "weight", "output", "step"];

const reasons: Readonly<Record<Standing["place"], string>> = {
  sum: "it adds predictions up",
  branch: "it changes the predictions that guidance is made of",
  difference: "it changes the guidance itself",
  weight: "it sets how much is guided",
  output: "it changes the finished prediction",
  step: "it sets the sampler's step",
};

/**
 * Warns where a guidance method gets what a method of a later place has made. `before` holds the nodes that come before
 * this one; the result is what stands for the node in turn.
 */
export function reportChainOrder(one: Placed, before: ReadonlyMap<string, Standing>): Standing | undefined {
  const { title, place, inputs } = one.definition!;
  const limit = place === "sum" || place === "window" ? "weight" : place;
  let latest: Standing | undefined;
  for (const [name, port] of Object.entries(inputs) as [string, Port][]) {
    if (port.wire !== "denoiser") continue;
    for (const link of one.links.get(name) ?? []) {
      const standing = before.get(link.from);
      if (!standing) continue;
      if (limit !== undefined && isAfter(standing.place, limit)) one.problems.push(outOfOrder(one, name, standing));
      if (!latest || isAfter(standing.place, latest.place)) latest = standing;
    }
  }
  if (place === "sum") return latest ?? { title, place };
  if (place === "window") return latest && (isAfter(latest.place, "weight") ? latest : { title, place: "weight" });
  return place === undefined ? latest : { title, place };
}

function isAfter(a: Standing["place"], b: Standing["place"]): boolean {
  return order.indexOf(a) > order.indexOf(b);
}

function outOfOrder(one: Placed, port: string, { title, place }: Standing) {
  const message = `“${title}” comes before “${one.definition!.title}”, but belongs after it: ${reasons[place]}. Exchange the two.`;
  return problem(one.node.id, port, message, "warning");
}
