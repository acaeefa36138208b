import { memo } from "react";
import type { NodeDescription } from "../../../shared/node/describe.ts";
import { labelOf } from "../../../shared/node/names.ts";
import { type Param, type ParamValue, wiresIntoParam } from "../../../shared/node/params.ts";
import type { WorkflowNode } from "../../../shared/workflow/workflow.ts";
import { ParamControl } from "../../controls/ParamControl.tsx";
import { setParam } from "../../state/edits.ts";
import { useCheckHere } from "../../state/here.ts";
import styles from "./card.module.css";
import { PortDot } from "./PortDot.tsx";
import { cardParams } from "./shape.ts";

interface ParamRowsProps {
  readonly node: WorkflowNode;
  readonly description: NodeDescription;
  /** Title of the node that feeds each connected parameter. */
  readonly wired: Readonly<Record<string, string>>;
  readonly faultyPort: string | null;
}

/** The parameters of a card, each with its control and, where it takes wires, its port. */
export const ParamRows = memo(function ParamRows({ node, description, wired, faultyPort }: ParamRowsProps) {
  return cardParams(description.params, node.params).map(([name, param]) => (
    <ParamRow
      key={name}
      {...{ node, name, param }}
      modes={description.params}
      wiredFrom={wired[name]}
      isFaulty={faultyPort === name}
    />
  ));
});

interface ParamRowProps {
  readonly node: WorkflowNode;
  readonly name: string;
  readonly param: Param;
  readonly modes: Readonly<Record<string, Param>>;
  readonly wiredFrom: string | undefined;
  readonly isFaulty: boolean;
}

function ParamRow({ node, name, param, modes, wiredFrom, isFaulty }: ParamRowProps) {
  const [wire] = wiresIntoParam[param.kind];
  const networks = useCheckHere(({ known }) => known[node.id]?.networks);
  const choices = param.kind === "select" && param.open === true ? networks : undefined;
  return (
    <div className={`${styles.param} ${isFaulty ? styles.faultyField : ""}`} data-card="param">
      {wire !== undefined && (
        <PortDot
          node={node.id}
          label={labelOf(name, param)}
          isConnected={wiredFrom !== undefined}
          side="in"
          isOptional
          {...{ name, wire, isFaulty }}
        />
      )}
      <ParamControl
        compact
        node={node.id}
        value={node.params[name] ?? param.default}
        onChange={(value, gesture) => setParam(node.id, name, value, gesture)}
        {...{ name, param, wiredFrom, choices }}
        {...seedMode(node, param, modes)}
      />
    </div>
  );
}

function seedMode(node: WorkflowNode, param: Param, params: Readonly<Record<string, Param>>) {
  if (param.kind !== "seed" || param.mode === undefined) return {};
  const { mode } = param;
  const value: ParamValue = node.params[mode] ?? params[mode]?.default ?? "fixed";
  const onModeChange = (next: string, gesture: string) => setParam(node.id, mode, next, gesture);
  return { mode: String(value), onModeChange };
}
