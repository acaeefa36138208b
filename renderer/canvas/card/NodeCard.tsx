import { type CSSProperties, memo } from "react";
import type { NodeDescription } from "../../../shared/node/describe.ts";
import { labelOf } from "../../../shared/node/names.ts";
import { isBoundary, subgraphIdOf } from "../../../shared/subgraph/names.ts";
import { catalogByType } from "../../state/catalog.ts";
import { categoryOf, groupOf } from "../../theme/categories.ts";
import { type CardNode, type CardProps, sameCard, titleOf } from "../project.ts";
import { CardHeader } from "./CardHeader.tsx";
import { CardPlot } from "./CardPlot.tsx";
import { CollapsedPorts, collapsedHeight } from "./CollapsedPorts.tsx";
import { CurveValues } from "./CurveValues.tsx";
import styles from "./card.module.css";
import { Fault } from "./Fault.tsx";
import holder from "./holder.module.css";
import { MissingPorts } from "./MissingPorts.tsx";
import { ParamRows } from "./ParamRows.tsx";
import { PassLines } from "./PassLines.tsx";
import { Pictures } from "./Pictures.tsx";
import { PortDot } from "./PortDot.tsx";
import { RimDrop } from "./RimDrop.tsx";
import { SigmaCurve } from "./SigmaCurve.tsx";
import { cardWidth, type PortRow, plotHeight, portRows, showsPicture } from "./shape.ts";
import { type CardFacts, useCard } from "./useCard.ts";

/** A node of the graph: header with its state, ports, parameters, and what a run left on it. */
export const NodeCard = memo(function NodeCard({ data, selected }: CardProps) {
  const { node, wired, read } = data;
  const description = data.kind ?? catalogByType.get(node.type);
  const facts = useCard(data);
  const title = titleOf(node, catalogByType);
  const width = cardWidth(description);
  const { hue } = categoryOf(description === undefined ? "missing" : groupOf(node.type));
  const holds = description !== undefined && subgraphIdOf(node.type) !== null;
  const isCollapsed = node.collapsed === true;
  const height = isCollapsed ? collapsedHeight({ description, wired, read }) : undefined;
  const look = [
    styles.card,
    selected ? styles.selected : "",
    styles[facts.state] ?? "",
    isCollapsed ? styles.collapsed : "",
    holds ? holder.holder : "",
  ];
  return (
    // biome-ignore lint/a11y/useSemanticElements: a card is no form
    <div
      role="group"
      aria-label={title}
      className={look.join(" ")}
      style={{ "--hue": node.color ?? hue, width, height } as CSSProperties}
      data-testid={`node-${node.id}`}
      data-card="whole"
    >
      <CardHeader node={node} facts={facts} />
      <Progress {...facts} />
      {isCollapsed ? (
        <CollapsedPorts node={node.id} faultyPort={facts.faultyPort} {...{ description, wired, read }} />
      ) : (
        <CardBody {...{ data, description, facts, title, width }} />
      )}
    </div>
  );
}, sameCard);

interface CardBodyProps {
  readonly data: CardNode["data"];
  readonly description: NodeDescription | undefined;
  readonly facts: CardFacts;
  readonly title: string;
  readonly width: number;
}

function CardBody({ data: { node, wired, read }, description, facts, title, width }: CardBodyProps) {
  return (
    <div className={styles.body}>
      {description !== undefined && facts.state === "bypassed" && <PassLines {...{ description, width }} />}
      {description === undefined ? (
        <MissingPorts node={node.id} type={node.type} wired={wired} read={read} />
      ) : (
        <>
          {portRows(description).map((row) => (
            <Row
              key={`${row.input?.[0]} ${row.output?.[0]}`}
              {...{ node: node.id, row, wired, read }}
              faultyPort={facts.faultyPort}
            />
          ))}
          {facts.fault !== null && <Fault node={node.id} port={facts.faultyPort} text={facts.fault} />}
          <ParamRows {...{ node, description, wired }} faultyPort={facts.faultyPort} />
          {isBoundary(node.type) && <RimDrop node={node.id} type={node.type} />}
          {groupOf(node.type) === "sigmas" && <SigmaCurve id={node.id} />}
          {groupOf(node.type) === "curve" && node.type !== "curve/draw" && <CurveValues id={node.id} />}
          <Pictures id={node.id} facts={facts} isFixed={showsPicture(node.type)} />
          <CardPlot id={node.id} title={title} facts={facts} room={plotHeight(node.type)} />
        </>
      )}
    </div>
  );
}

function Progress({ state, run }: CardFacts) {
  if (state !== "running" || run === undefined || run.steps === 0) return null;
  return <i className={styles.progress} style={{ width: `${(100 * run.step) / run.steps}%` }} />;
}

interface RowProps {
  readonly node: string;
  readonly row: PortRow;
  readonly wired: Readonly<Record<string, string>>;
  readonly read: readonly string[];
  readonly faultyPort: string | null;
}

function Row({ node, row: { input, output }, wired, read, faultyPort }: RowProps) {
  return (
    <div className={styles.row} data-card="row">
      {input !== undefined && (
        <>
          <PortDot
            node={node}
            name={input[0]}
            label={labelOf(...input)}
            side="in"
            wire={input[1].wire}
            isConnected={input[0] in wired}
            isOptional={input[1].optional}
            isList={input[1].many}
            isFaulty={faultyPort === input[0]}
          />
          <span className={input[1].optional && !(input[0] in wired) ? styles.optional : ""}>{labelOf(...input)}</span>
        </>
      )}
      {output !== undefined && (
        <>
          <span className={styles.output}>{labelOf(...output)}</span>
          <PortDot
            node={node}
            name={output[0]}
            label={labelOf(...output)}
            side="out"
            wire={output[1].wire}
            isConnected={read.includes(output[0])}
          />
        </>
      )}
    </div>
  );
}
