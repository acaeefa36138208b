import { labelOf } from "../../shared/node/names.ts";
import type { Param, ParamValue } from "../../shared/node/params.ts";
import { BooleanField, ColorField } from "./BooleanField.tsx";
import { ComponentsField } from "./ComponentsField.tsx";
import { CurveField } from "./CurveField.tsx";
import styles from "./controls.module.css";
import { FileField } from "./FileField.tsx";
import type { FieldProps } from "./field.ts";
import { formatNumber } from "./format.ts";
import { NumberField } from "./NumberField.tsx";
import { SeedField } from "./SeedField.tsx";
import { SelectField } from "./SelectField.tsx";
import { NumbersField, TextField } from "./TextField.tsx";

export interface ParamControlProps {
  readonly node: string;
  readonly name: string;
  readonly param: Param;
  readonly value: ParamValue;
  /** All changes with one gesture are one step of undo. */
  readonly onChange: (value: ParamValue, gesture: string) => void;
  /** A row of a card, with the label inside the field; otherwise a row of the inspector. */
  readonly compact: boolean;
  /** Title of the node whose wire gives the value: the field shows it and takes no input. */
  readonly wiredFrom?: string | undefined;
  /** A seed's mode, from its sibling parameter. */
  readonly mode?: string | undefined;
  readonly onModeChange?: ((mode: string, gesture: string) => void) | undefined;
  /** Values of an open list that are known now, such as the networks of a folder. */
  readonly choices?: readonly string[] | undefined;
}

/** The control of one parameter, of any kind. */
export function ParamControl(props: ParamControlProps) {
  const { node, name, param, compact, wiredFrom } = props;
  const label = labelOf(name, param);
  const control =
    wiredFrom === undefined ? (
      <Control {...props} label={label} />
    ) : (
      <Wired {...{ node, name, compact, label, wiredFrom }} />
    );
  if (compact) return <div className={`${styles.card} nodrag nowheel`}>{control}</div>;
  return (
    <div className={`${styles.row} ${isTall(param) ? styles.tall : ""}`}>
      <span className={styles.rowLabel} title={param.about}>
        {label}
      </span>
      {control}
      <SafeRange param={param} />
    </div>
  );
}

/** Whether a control takes the whole width, below its label. */
function isTall(param: Param): boolean {
  return param.kind === "components" || (param.kind === "text" && param.multiline);
}

type ControlProps = ParamControlProps & { readonly label: string };

function Control({ param, mode, onModeChange, choices, ...rest }: ControlProps) {
  switch (param.kind) {
    case "number":
    case "integer":
      return <NumberField {...rest} param={param} />;
    case "curve":
      return <CurveField {...rest} param={param} />;
    case "text":
      return <TextField {...rest} param={param} />;
    case "select":
      return <SelectField {...rest} param={param} choices={choices} />;
    case "seed":
      return <SeedField {...rest} param={param} mode={mode} onModeChange={onModeChange} />;
    case "boolean":
      return <BooleanField {...rest} param={param} />;
    case "file":
      return <FileField {...rest} param={param} />;
    case "numbers":
      return <NumbersField {...rest} param={param} />;
    case "color":
      return <ColorField {...rest} param={param} />;
    case "components":
      return <ComponentsField {...rest} param={param} />;
  }
}

type WiredProps = Pick<FieldProps, "node" | "name" | "compact" | "label"> & { readonly wiredFrom: string };

function Wired({ node, name, compact, label, wiredFrom }: WiredProps) {
  return (
    <div className={`${styles.field} ${styles.wired}`} title={`${label} comes from ${wiredFrom}`}>
      {compact && <span className={styles.label}>{label}</span>}
      <span className={styles.value} data-testid={`param-${node}-${name}`}>
        {wiredFrom}
      </span>
    </div>
  );
}

function SafeRange({ param }: { readonly param: Param }) {
  if (!("safe" in param) || param.safe === undefined) return null;
  const [low, high] = param.safe.map((bound) => formatNumber(bound, 0));
  return (
    <span className={styles.hint}>
      <i />
      Safe range {low} to {high}
    </span>
  );
}
