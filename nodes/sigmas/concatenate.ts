import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { port } from "../../shared/node/ports.ts";
import { refuseLevels } from "../../shared/sampling/schedules/levels.ts";

export const node = defineNode({
  type: "sigmas/concatenate",
  version: 1,
  title: "Concatenate sigmas",
  summary: "Joins walks to one, in the order of their connections.",
  keywords: ["concat", "join", "append", "merge", "combine"],
  doc: doc`
    One walk after the other, for example a few large steps for the composition and many small ones for the detail. A
    level at which one ends and the next begins is taken once. Together they must fall (or rise): a part that starts
    above the end of the one before it is refused.
  `,
  cites: [],
  status: "stable",
  inputs: { sigmas: port.sigmas("walks, the first one first", { many: true }) },
  params: {},
  outputs: { sigmas: port.sigmas("all levels") },
  forecast: ({ sigmas }, _params, { problem }) => {
    const known = sigmas.filter((part) => part !== undefined);
    if (known.length < sigmas.length) return {};
    const joined = join(known);
    const message = refuseLevels(joined);
    if (!message) return { sigmas: joined };
    problem({ port: "sigmas", severity: "error", message });
    return {};
  },
  run: ({ sigmas }) => ({ sigmas: join(sigmas) }),
});

function join(parts: readonly (readonly number[])[]): number[] {
  const all = parts.flat();
  return all.filter((sigma, i) => i === 0 || sigma !== all[i - 1]);
}
