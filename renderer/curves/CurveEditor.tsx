import { Hash, Magnet, X } from "lucide-react";
import { Popover } from "radix-ui";
import { type KeyboardEvent, useState } from "react";
import { type CurveAxis, curveAxes } from "../../shared/curves/axis.ts";
import type { CurveValue, Interpolation } from "../../shared/curves/curveValue.ts";
import type { CurveParam } from "../../shared/node/params.ts";
import { type FieldProps, newGesture } from "../controls/field.ts";
import { chordOf } from "../state/chord.ts";
import { redo, undo } from "../state/documents.ts";
import { IconButton } from "../ui/Button.tsx";
import { isolated } from "../ui/isolated.ts";
import { Segments } from "../ui/parts.tsx";
import { axisNames } from "./axisNames.ts";
import { CopyPaste, copyCurve, pasteCurve } from "./CopyPaste.tsx";
import { CurvePlot } from "./CurvePlot.tsx";
import { changeAxis } from "./changeAxis.ts";
import styles from "./curves.module.css";
import { PointFields } from "./PointFields.tsx";
import { PresetMenu } from "./PresetMenu.tsx";
import { meanOf } from "./presets.ts";

const ways: readonly { readonly value: Interpolation; readonly label: string }[] = [
  { value: "monotone", label: "Smooth" },
  { value: "linear", label: "Linear" },
  { value: "step", label: "Steps" },
];
const axes = curveAxes.map((value) => ({ value, label: axisNames[value] }));

interface CurveEditorProps extends Omit<FieldProps<CurveParam>, "value"> {
  readonly value: CurveValue;
  readonly sigmas: readonly number[] | undefined;
  readonly onClose: () => void;
}

/** Where a curve is drawn: beside the field that it belongs to, over the steps of the walk that will read it. */
export function CurveEditor(props: CurveEditorProps) {
  const { value, param, sigmas, onChange } = props;
  const [selected, setSelected] = useState(0);
  const [snaps, setSnaps] = useState(true);
  const set = (next: CurveValue) => {
    onChange(next, newGesture());
    setSelected(0);
  };
  return (
    <Popover.Content
      className={`${styles.editor} nodrag nowheel`}
      {...isolated}
      onKeyDown={(event) => actHere(event, value, set)}
      aria-label={`Curve of ${props.label}`}
      side="right"
      sideOffset={8}
      collisionPadding={8}
      data-testid="curve-editor"
    >
      <Head {...props} onCurve={set} />
      <CurvePlot {...{ value, param, sigmas, selected, snaps, onChange }} onSelect={setSelected} />
      <div className={styles.tools}>
        <Segments<CurveAxis>
          label="Axis"
          value={value.over}
          options={axes}
          onChange={(over) => set(changeAxis(value, over, sigmas))}
        />
        <Segments
          label="Between points"
          value={value.interpolation}
          options={ways}
          onChange={(interpolation) => set({ ...value, interpolation })}
        />
        <IconButton
          icon={Magnet}
          label="Snap to steps and to the grid"
          active={snaps}
          aria-pressed={snaps}
          onClick={() => setSnaps(!snaps)}
        />
      </div>
      <PointFields {...props} {...{ value, selected }} onSelect={setSelected} />
      <p className={styles.note}>
        Double-click adds a point, Delete removes it, Shift moves it freely.
        {sigmas !== undefined && ` Small dots are the ${sigmas.length - 1} steps of the schedule.`}
      </p>
    </Popover.Content>
  );
}

interface HeadProps extends CurveEditorProps {
  readonly onCurve: (value: CurveValue) => void;
}

function Head({ value, param, label, sigmas, onChange, onClose, onCurve }: HeadProps) {
  const weight = meanOf(value, param, sigmas);
  const flatten = () => {
    onChange(weight, newGesture());
    onClose();
  };
  return (
    <header className={styles.head}>
      <h2>{label}</h2>
      <PresetMenu param={param} weight={weight} onChoose={onCurve} />
      <CopyPaste value={value} onPaste={onCurve} />
      <IconButton icon={Hash} label="Make it a plain number again" onClick={flatten} />
      <IconButton icon={X} label="Close" onClick={onClose} />
    </header>
  );
}

/** The window's own shortcuts rest while a dialog is open: undo belongs to drawing, and what is copied is the curve. */
function actHere(event: KeyboardEvent, value: CurveValue, set: (value: CurveValue) => void): void {
  event.stopPropagation();
  if (event.target instanceof HTMLInputElement) return;
  const chord = chordOf(event.nativeEvent);
  if (chord === "Ctrl+Z") undo();
  else if (chord === "Ctrl+Shift+Z" || chord === "Ctrl+Y") redo();
  else if (chord === "Ctrl+C") void copyCurve(value);
  else if (chord === "Ctrl+V") void pasteCurve(set);
  else return;
  event.preventDefault();
}
