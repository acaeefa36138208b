import type { NodeDescription } from "../../../shared/node/describe.ts";
import { labelOf } from "../../../shared/node/names.ts";
import { wiresIntoParam } from "../../../shared/node/params.ts";
import type { WireType } from "../../../shared/node/wires.ts";
import type { Workflow, WorkflowNode } from "../../../shared/workflow/workflow.ts";
import { cardParams } from "../../canvas/card/shape.ts";
import { ParamControl } from "../../controls/ParamControl.tsx";
import { catalogByType } from "../../state/catalog.ts";
import { useActive } from "../../state/documents.ts";
import { setParam } from "../../state/edits.ts";
import { OutlineInput } from "./OutlineInput.tsx";
import styles from "./outline.module.css";

interface OutlineDetailsProps {
  readonly node: WorkflowNode;
  readonly fault: string | null;
}

/** Inputs of a node, each a menu of what can feed it, then its parameters. */
export function OutlineDetails({ node, fault }: OutlineDetailsProps) {
  const workflow = useActive((document) => document.workflow);
  const kind = catalogByType.get(node.type);
  if (workflow === undefined || kind === undefined) return <p className={styles.fault}>This node is not installed.</p>;
  return (
    <div className={styles.details}>
      {fault !== null && <p className={styles.fault}>{fault}</p>}
      {inputsOf(kind).map((input) => (
        <OutlineInput key={input.name} node={node.id} workflow={workflow} {...input} />
      ))}
      {cardParams(kind.params, node.params)
        .filter(([name]) => !isWired(workflow, node.id, name))
        .map(([name, param]) => (
          <ParamControl
            key={name}
            compact
            node={node.id}
            value={node.params[name] ?? param.default}
            onChange={(value, gesture) => setParam(node.id, name, value, gesture)}
            {...{ name, param }}
          />
        ))}
    </div>
  );
}

function isWired({ edges }: Workflow, node: string, name: string): boolean {
  return edges.some(({ to }) => to[0] === node && to[1] === name);
}

function inputsOf({ inputs, params }: NodeDescription) {
  const ports = Object.entries(inputs).map(([name, port]) => ({
    name,
    label: labelOf(name, port),
    wire: port.wire as WireType,
    none: port.optional ? "Optional" : "Not connected",
  }));
  const takers = Object.entries(params).flatMap(([name, param]) => {
    const [wire] = wiresIntoParam[param.kind];
    return wire === undefined ? [] : [{ name, label: labelOf(name, param), wire, none: "Own value" }];
  });
  return [...ports, ...takers];
}
