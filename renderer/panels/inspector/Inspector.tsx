import { CopyCheck, LogIn } from "lucide-react";
import type { ParamValue } from "../../../shared/node/params.ts";
import { isBoundary, subgraphIdOf, subgraphOf } from "../../../shared/subgraph/names.ts";
import { countUses } from "../../../shared/subgraph/paths.ts";
import type { Workflow, WorkflowNode } from "../../../shared/workflow/workflow.ts";
import { useTyping } from "../../controls/useTyping.ts";
import { useNodeRun, useRuns } from "../../run/runs.ts";
import { catalogByType } from "../../state/catalog.ts";
import { useActive, useDocuments } from "../../state/documents.ts";
import { setParam, setTitle } from "../../state/edits.ts";
import { useCheckHere, useHere } from "../../state/here.ts";
import { subgraphInside } from "../../state/inside.ts";
import { enter, makeUnique } from "../../state/subgraphs.ts";
import { categoryOf, groupOf } from "../../theme/categories.ts";
import { Button } from "../../ui/Button.tsx";
import { Segments } from "../../ui/parts.tsx";
import { OutputSegment } from "../output/OutputSegment.tsx";
import { ScopeSegment } from "../scope/ScopeSegment.tsx";
import { lastRunOf, problemsOf, sourcesOf } from "./facts.ts";
import styles from "./inspector.module.css";
import { NodeSegment } from "./NodeSegment.tsx";
import { Overview } from "./Overview.tsx";
import { Several } from "./Several.tsx";
import { SubgraphPanel } from "./SubgraphPanel.tsx";
import { segments, showSegment, useSegment } from "./segment.ts";
import look from "./subgraph.module.css";

/** Everything about the selected node. */
export function Inspector() {
  const workflow = useActive((document) => document.workflow);
  const selection = useActive((document) => document.selection) ?? [];
  const segment = useSegment((state) => state.segment);
  const node = selection.length === 1 ? workflow?.nodes.find(({ id }) => id === selection[0]) : undefined;
  if (workflow === undefined || node === undefined) {
    return (
      <aside className={styles.inspector} data-testid="inspector" aria-label="Inspector">
        {selection.length > 1 ? <SelectedSeveral /> : <Overview />}
      </aside>
    );
  }
  return (
    <aside className={styles.inspector} data-testid="inspector" aria-label="Inspector">
      <Head key={node.id} node={node} />
      <div className={styles.segments}>
        <Segments label="What to show of the node" value={segment} options={segments} onChange={showSegment} wide />
      </div>
      <div className={styles.body}>
        {segment === "node" && <Holder node={node} />}
        {segment === "node" && <Selected workflow={workflow} node={node} />}
        {segment === "scope" && <ScopeSegment node={node.id} />}
        {segment === "output" && <OutputSegment node={node.id} />}
      </div>
    </aside>
  );
}

/** What a node of a subgraph can do besides: open, or for its rim, the ports of the open one. */
function Holder({ node }: { readonly node: WorkflowNode }) {
  const open = useActive(({ root, inside }) => subgraphInside(root, inside));
  const uses = useActive(({ root }) =>
    subgraphOf(root, node.type) ? countUses(root, subgraphIdOf(node.type) ?? "") : 0,
  );
  if (isBoundary(node.type) && open !== undefined) return <SubgraphPanel subgraph={open} />;
  if (!uses) return null;
  return (
    <div className={look.open}>
      <Button small icon={LogIn} onClick={() => enter(node.id)}>
        Open
      </Button>
      {uses > 1 && (
        <Button small icon={CopyCheck} onClick={makeUnique} title={`${uses} nodes share this subgraph`}>
          Make unique
        </Button>
      )}
    </div>
  );
}

function SelectedSeveral() {
  const nodes = useActive((document) => document.workflow.nodes);
  const selection = useActive((document) => document.selection);
  const chosen = new Set(selection);
  return <Several key={selection?.join("\n")} nodes={nodes?.filter(({ id }) => chosen.has(id)) ?? []} />;
}

function Head({ node }: { readonly node: WorkflowNode }) {
  const { icon: Icon, hue } = categoryOf(catalogByType.has(node.type) ? groupOf(node.type) : "missing");
  const { attributes } = useTyping({
    shown: node.title ?? catalogByType.get(node.type)?.title ?? node.type,
    commit: (title) => setTitle(node.id, title),
  });
  return (
    <header className={styles.head} style={{ "--hue": hue } as React.CSSProperties}>
      <span className={styles.tile}>
        <Icon size={16} strokeWidth={1.8} aria-hidden />
      </span>
      <div className={styles.names}>
        <input className={styles.title} aria-label="Title of the node" {...attributes} />
        <span className={`${styles.type} mono`}>{node.type}</span>
      </div>
    </header>
  );
}

function Selected({ workflow, node }: { readonly workflow: Workflow; readonly node: WorkflowNode }) {
  const document = useDocuments((state) => state.activeId);
  const path = useHere() + node.id;
  const checked = useCheckHere((all) => all);
  const run = useNodeRun(document, path);
  const seed = useRuns(({ seeds }) => (document === null ? undefined : seeds[document]?.[path]));
  const description = catalogByType.get(node.type);
  if (isBoundary(node.type)) return null;
  if (description === undefined) {
    return <p className={styles.nothing}>This version does not know {node.type}. Its parameters and links are kept.</p>;
  }
  const step = checked?.steps.find((one) => one.node === node.id);
  return (
    <NodeSegment
      key={node.id}
      id={node.id}
      description={description}
      values={{ ...defaultsOf(description.params), ...node.params }}
      sources={sourcesOf(workflow, node.id)}
      problems={problemsOf(checked, run, node.id)}
      networks={checked?.known[node.id]?.networks}
      nfe={step?.nfe ?? null}
      isCached={step?.cached ?? false}
      lastRun={lastRunOf(description, run, seed)}
      onParam={(name, value, gesture) => setParam(node.id, name, value, gesture)}
    />
  );
}

function defaultsOf(params: Readonly<Record<string, { readonly default: ParamValue }>>): Record<string, ParamValue> {
  return Object.fromEntries(Object.entries(params).map(([name, param]) => [name, param.default]));
}
