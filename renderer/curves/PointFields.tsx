import { Trash2 } from "lucide-react";
import type { CurveAxis } from "../../shared/curves/axis.ts";
import type { CurveValue } from "../../shared/curves/curveValue.ts";
import { type CurveParam, param as declare, type NumberParam } from "../../shared/node/params.ts";
import { type FieldProps, newGesture } from "../controls/field.ts";
import { NumberField } from "../controls/NumberField.tsx";
import { IconButton } from "../ui/Button.tsx";
import { axisNames } from "./axisNames.ts";
import styles from "./curves.module.css";
import { inTime, movePoint, removePoint } from "./points.ts";

const places: Readonly<Record<CurveAxis, NumberParam>> = {
  fraction: declare.number({ default: 0, min: 0, max: 1, step: 0.01, about: "0 = the first step, 1 = the last." }),
  sigma: declare.number({ default: 1, min: 1e-9, step: 0.01, about: "Noise level." }),
  logSnr: declare.number({ default: 0, step: 0.1, about: "−2 ln σ." }),
};

interface PointFieldsProps extends Omit<FieldProps<CurveParam>, "value"> {
  readonly value: CurveValue;
  readonly selected: number;
  readonly onSelect: (index: number) => void;
}

/** Numbers of the selected point. */
export function PointFields({ node, name, label, param, value, selected, onChange, onSelect }: PointFieldsProps) {
  const points = inTime(value);
  const index = Math.min(selected, points.length - 1);
  const [x, y] = points[index] ?? [0, 0];
  const to = (next: readonly [number, number], gesture: string) =>
    onChange(movePoint(value, index, next, 1e-6), gesture);
  const remove = () => {
    const left = removePoint(value, index);
    onChange(left.value, newGesture());
    onSelect(left.index);
  };
  return (
    <div className={styles.point}>
      <span>
        Point {index + 1} of {points.length}
      </span>
      <NumberField
        {...{ node, value: x }}
        name={`${name}-x`}
        label={axisNames[value.over]}
        param={places[value.over]}
        compact
        onChange={(next, gesture) => typeof next === "number" && to([next, y], gesture)}
      />
      <NumberField
        {...{ node, label, value: y }}
        name={`${name}-y`}
        param={{ ...param, kind: "number", default: y }}
        compact
        onChange={(next, gesture) => typeof next === "number" && to([x, next], gesture)}
      />
      <IconButton icon={Trash2} label="Remove the point" disabled={points.length === 1} onClick={remove} />
    </div>
  );
}
