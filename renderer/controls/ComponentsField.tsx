import type { ComponentsParam } from "../../shared/node/params.ts";
import styles from "./controls.module.css";
import { type FieldProps, fieldAttributes, newGesture } from "./field.ts";
import { useTyping } from "./useTyping.ts";

/** Components of a mixture, as their JSON. */
export function ComponentsField(props: FieldProps<ComponentsParam>) {
  const { value, compact, label, onChange } = props;
  const list = Array.isArray(value) ? value : [];
  const { text, attributes } = useTyping({
    shown: compact ? String(list.length) : JSON.stringify(list),
    full: JSON.stringify(list),
    commit: (typed) => {
      const read = readList(typed);
      if (read !== null) onChange(read, newGesture());
    },
  });
  return (
    <label className={`${styles.field} ${text !== null && readList(text) === null ? styles.wrong : ""}`}>
      {compact && <span className={styles.label}>{label}</span>}
      <input {...fieldAttributes(props)} className={styles.value} title={props.param.about} {...attributes} />
    </label>
  );
}

function readList(text: string) {
  try {
    const value = JSON.parse(text);
    return Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
