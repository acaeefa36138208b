import { Spline } from "lucide-react";
import { Popover } from "radix-ui";
import { useState } from "react";
import { type CurveValue, isCurveValue, refuseCurve } from "../../shared/curves/curveValue.ts";
import type { CurveParam } from "../../shared/node/params.ts";
import { CurveEditor } from "../curves/CurveEditor.tsx";
import { CurveThumb } from "../curves/CurveThumb.tsx";
import { useWalk } from "../curves/useWalk.ts";
import styles from "./controls.module.css";
import { type FieldProps, fieldAttributes, newGesture } from "./field.ts";
import { NumberField } from "./NumberField.tsx";

/** A number that may become a curve: a plain field with a button for it, or the curve in small, which opens its editor. */
export function CurveField(props: FieldProps<CurveParam>) {
  const { value, param, onChange, label } = props;
  const [isOpen, setOpen] = useState(false);
  const curve = isCurveValue(value) && refuseCurve("", value) === null ? value : null;
  const draw = () => {
    onChange(flat(typeof value === "number" ? value : param.default), newGesture());
    setOpen(true);
  };
  return (
    <Popover.Root open={isOpen && curve !== null} onOpenChange={setOpen}>
      {curve === null ? (
        <NumberField {...props}>
          <button
            type="button"
            className={`${styles.icon} ${styles.onHover}`}
            data-testid={`draw-${props.node}-${props.name}`}
            aria-label={`Draw ${label} as a curve`}
            title="Draw a curve"
            onClick={draw}
          >
            <Spline size={12} strokeWidth={2.1} />
          </button>
        </NumberField>
      ) : (
        <Drawn {...props} curve={curve} onClose={() => setOpen(false)} />
      )}
    </Popover.Root>
  );
}

interface DrawnProps extends FieldProps<CurveParam> {
  readonly curve: CurveValue;
  readonly onClose: () => void;
}

function Drawn({ curve, onClose, ...props }: DrawnProps) {
  const { param, label, compact } = props;
  const sigmas = useWalk(props.node);
  return (
    <>
      <Popover.Trigger asChild>
        <CurveThumb {...fieldAttributes(props)} value={curve} {...{ param, label, sigmas, compact }} />
      </Popover.Trigger>
      <Popover.Portal>
        <CurveEditor {...props} {...{ sigmas, onClose }} value={curve} />
      </Popover.Portal>
    </>
  );
}

/** The curve that a number is, with two points to begin with. */
function flat(value: number | CurveValue): CurveValue {
  if (isCurveValue(value)) return value;
  const points = [0, 1].map((x) => [x, value] as const);
  return { over: "fraction", interpolation: "monotone", points };
}
