import { useRef } from "react";
import type { BooleanParam, ColorParam } from "../../shared/node/params.ts";
import styles from "./controls.module.css";
import { type FieldProps, fieldAttributes, newGesture } from "./field.ts";
import { useTyping } from "./useTyping.ts";

/** On or off: colour and place of the knob both say which. */
export function BooleanField(props: FieldProps<BooleanParam>) {
  const { param, value, compact, label, onChange } = props;
  const isOn = typeof value === "boolean" ? value : param.default;
  const toggle = (
    <button
      type="button"
      role="switch"
      aria-checked={isOn}
      className={styles.toggle}
      title={param.about}
      {...fieldAttributes(props)}
      onClick={() => onChange(!isOn, newGesture())}
    />
  );
  if (!compact) return toggle;
  return (
    <div className={`${styles.field} ${styles.toggleRow}`}>
      <span className={styles.label}>{label}</span>
      {toggle}
    </div>
  );
}

/** A colour: the system's picker behind a swatch, and the hex digits to type. */
export function ColorField(props: FieldProps<ColorParam>) {
  const { param, value, compact, label, onChange } = props;
  const gesture = useRef("");
  const color = typeof value === "string" ? value : param.default;
  const { text, attributes } = useTyping({
    shown: color.toUpperCase(),
    commit: (typed) => isColor(typed) && onChange(typed.toLowerCase(), newGesture()),
  });
  const startGesture = () => {
    gesture.current = newGesture();
  };
  return (
    <label className={`${styles.field} ${text !== null && !isColor(text) ? styles.wrong : ""}`}>
      {compact && <span className={styles.label}>{label}</span>}
      {compact && <span className={styles.value} />}
      <input
        type="color"
        className={styles.swatch}
        aria-label={`${label}: choose`}
        value={color}
        onFocus={startGesture}
        onChange={(event) => onChange(event.target.value, gesture.current)}
      />
      <input {...fieldAttributes(props)} className="mono" size={7} maxLength={7} {...attributes} />
    </label>
  );
}

function isColor(text: string): boolean {
  return /^#[0-9a-f]{6}$/i.test(text);
}
