import type { Param, ParamValue } from "../../shared/node/params.ts";

/** What every control gets: where it stands, what it shows and how it answers. */
export interface FieldProps<P extends Param = Param> {
  /** Node id and parameter name: they name the control for tests and assistive programs. */
  readonly node: string;
  readonly name: string;
  readonly param: P;
  readonly value: ParamValue;
  /** Shown name. */
  readonly label: string;
  /** On a card the label stands inside the field; in the inspector, beside it. */
  readonly compact: boolean;
  /** All changes with one gesture are one step of undo. */
  readonly onChange: (value: ParamValue, gesture: string) => void;
}

let gestures = 0;

/** A name for one drag, one typing session or one choice. */
export function newGesture(): string {
  gestures++;
  return `control-${gestures}`;
}

/** Attributes of the focusable element of a control. */
export function fieldAttributes({ node, name, label }: FieldProps) {
  return { "data-testid": `param-${node}-${name}`, "aria-label": label };
}
