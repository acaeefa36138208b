import { Activity } from "lucide-react";
import { useMemo } from "react";
import { expandSubgraphs } from "../../../shared/subgraph/expand.ts";
import { catalogByType } from "../../state/catalog.ts";
import { useActiveCheck } from "../../state/check.ts";
import { useActive } from "../../state/documents.ts";
import { useHere } from "../../state/here.ts";
import { runActive } from "../../state/running.ts";
import { selectAt } from "../../state/subgraphs.ts";
import { Button } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/parts.tsx";
import { useTitles } from "../titles.ts";
import { namesOfRuns } from "./runNames.ts";
import { ScopeView } from "./ScopeView.tsx";
import { subjectOf, type Trace } from "./trace.ts";
import { useTraces } from "./traces.ts";

const none: readonly Trace[] = [];

/** The Scope of a node of the document in front. */
export function ScopeSegment({ node: id }: { readonly node: string }) {
  const document = useActive(({ id }) => id) ?? "";
  const name = useActive((active) => active.name) ?? "";
  const root = useActive((active) => active.root);
  const node = useHere() + id;
  const traces = useTraces(({ byDocument }) => byDocument[document]) ?? none;
  const workflows = useTraces((state) => state.workflows[document]);
  const known = useActiveCheck((checked) => checked.known);
  const seen = traces.filter((trace) => subjectOf(trace, node) !== null);
  const { titleOf } = useTitles();
  const flat = useMemo(() => root && expandSubgraphs(root, catalogByType).workflow, [root]);
  if (seen.length === 0) return <Nothing {...{ traces, titleOf }} />;
  const names = namesOfRuns(
    seen.map(({ job }) => workflows?.[job]),
    catalogByType,
  );
  const sampler = subjectOf(seen[seen.length - 1]!, node)?.sampler;
  const schedule = flat?.edges.find(({ to }) => to[0] === sampler && to[1] === "sigmas")?.from[0];
  const sigmas = schedule === undefined ? undefined : known?.[schedule]?.sigmas;
  return (
    <ScopeView
      {...{ name, node, titleOf }}
      traces={seen}
      nameOf={(trace) => names[seen.indexOf(trace)] ?? ""}
      sigmas={sigmas ?? []}
    />
  );
}

interface NothingProps {
  readonly traces: readonly Trace[];
  readonly titleOf: (node: string) => string;
}

/** The way to something that can be seen. */
function Nothing({ traces, titleOf }: NothingProps) {
  const last = traces.at(-1);
  if (last === undefined) {
    return (
      <EmptyState
        icon={Activity}
        title="Nothing measured yet"
        text="A run shows here what guidance does at each step: norms, cosine, effective scale, and the picture on its way."
        action={
          <Button kind="primary" onClick={() => void runActive()}>
            Run
          </Button>
        }
      />
    );
  }
  const nodes = Object.entries(last.walks).flatMap(([sampler, walk]) => [
    sampler,
    ...Object.keys(walk.nodes).filter((one) => one !== sampler),
  ]);
  return (
    <EmptyState
      icon={Activity}
      title="Nothing is measured here"
      text="The Scope follows samplers and guidance nodes. Choose one that ran:"
      action={
        <span style={{ display: "flex", flexWrap: "wrap", gap: 8, justifyContent: "center" }}>
          {nodes.map((node) => (
            <Button key={node} onClick={() => selectAt(node)}>
              {titleOf(node)}
            </Button>
          ))}
        </span>
      }
    />
  );
}
