import { type CitedPlace, citedPlaces } from "../shared/node/citations.ts";
import type { NodeDescription } from "../shared/node/describe.ts";

/** A published work that Fairlead stands on. */
interface Work {
  /** "arXiv:2207.12598". */
  readonly id: string;
  readonly title: string;
  /** What one can see of it in the program. */
  readonly shows: string;
}

export interface WorkGroup {
  readonly title: string;
  readonly works: readonly Work[];
}

/**
 * The page docs/works.md: each work of the list with the nodes and choices that cite it, then the further works that are
 * cited.
 */
export function worksPage(groups: readonly WorkGroup[], nodes: readonly NodeDescription[]): string {
  const places = citedPlaces(nodes);
  const listed = groups.flatMap(({ works }) => works);
  const covered = listed.filter(({ id }) => places.has(id)).length;
  const further = [...places].filter(([id]) => !listed.some((work) => work.id === id));
  return [
    "# Works",
    "",
    "The published works that Fairlead stands on, and where each of them is. Written by `node scripts/make-works.mjs` from",
    "`docs/data/works.json` and the `cites` of nodes and of their parameters' choices; a choice is shown as",
    "`node#parameter=choice`. Do not edit this page.",
    "",
    `${covered} of ${listed.length} works are covered.`,
    ...groups.flatMap(({ title, works }) => ["", `## ${title}`, "", ...tableOf(works, places)]),
    "",
    "## Further works",
    "",
    "What nodes cite besides the list.",
    "",
    "| work | where |",
    "|---|---|",
    ...further.map(
      ([id, cited]) => `| ${linkOf(id, `${cited[0].cite.by}: ${cited[0].cite.title}`)} | ${whereOf(cited)} |`,
    ),
    "",
  ].join("\n");
}

function tableOf(works: readonly Work[], places: ReadonlyMap<string, readonly CitedPlace[]>): readonly string[] {
  const rows = works.map(({ id, title, shows }) => {
    const found = places.get(id);
    return `| ${title} | ${linkOf(id, id.replace("arXiv:", ""))} | ${found ? whereOf(found) : "not yet"} | ${shows} |`;
  });
  return ["| work | arXiv | where | what it shows |", "|---|---|---|---|", ...rows];
}

function whereOf(places: readonly CitedPlace[]): string {
  return places
    .map(({ node, choice }) => `\`${node.type}${choice ? `#${choice.param}=${choice.value}` : ""}\``)
    .join(", ");
}

function linkOf(id: string, text: string): string {
  const address = id.startsWith("arXiv:")
    ? `https://arxiv.org/abs/${id.slice(6)}`
    : id.replace(/^doi:/, "https://doi.org/");
  return `[${text}](${address})`;
}
