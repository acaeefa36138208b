import { useLayoutEffect, useRef } from "react";
import type { NumbersParam, TextParam } from "../../shared/node/params.ts";
import { showToast } from "../ui/toasts.ts";
import styles from "./controls.module.css";
import { type FieldProps, fieldAttributes, newGesture } from "./field.ts";
import { readNumbers } from "./readValue.ts";
import { useTyping } from "./useTyping.ts";

/** Text: one line, or as many as it needs from two to eight. Undo within the field is the field's own. */
export function TextField(props: FieldProps<TextParam>) {
  const { param, value, compact, label, onChange } = props;
  const gesture = useRef("");
  const text = String(value ?? "");
  const area = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    const element = area.current;
    if (element === null) return;
    fit(element, text);
    // Another width, or a font that arrived late, breaks the lines elsewhere.
    let width = 0;
    const observer = new ResizeObserver(() => {
      if (element.clientWidth !== width) fit(element, text);
      width = element.clientWidth;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [text]);
  const shared = {
    ...fieldAttributes(props),
    value: text,
    placeholder: param.placeholder ?? `Empty ${label.toLowerCase()}`,
    spellCheck: false,
    title: param.about,
    // One visit of the field is one step of the document's undo.
    onFocus: () => {
      gesture.current = newGesture();
    },
  };
  if (!param.multiline) {
    return (
      <label className={styles.field}>
        {compact && <span className={styles.label}>{label}</span>}
        <input
          {...shared}
          className={`${styles.value} ${compact ? "" : styles.start}`}
          onChange={(event) => onChange(event.target.value, gesture.current)}
          onKeyDown={(event) => {
            if (event.key === "Escape" || (event.key === "Enter" && !event.ctrlKey)) event.currentTarget.blur();
          }}
        />
      </label>
    );
  }
  return (
    <div className={`${styles.field} ${styles.text}`}>
      <textarea
        {...shared}
        ref={area}
        rows={compact ? 1 : 2}
        onChange={(event) => onChange(event.target.value, gesture.current)}
        onKeyDown={(event) => {
          if (event.key === "Escape") event.currentTarget.blur();
        }}
      />
    </div>
  );
}

/** Lines of a text field before it scrolls. */
const mostLines = 8;

/** Makes a text field as high as its text. */
function fit(area: HTMLTextAreaElement, text: string): void {
  area.style.height = "auto";
  const most = mostLines * 17 + 8;
  if (text !== "") area.style.height = `${Math.min(area.scrollHeight, most)}px`;
}

/** A list of numbers, parted by spaces, commas or semicolons. */
export function NumbersField(props: FieldProps<NumbersParam>) {
  const { value, compact, label, onChange } = props;
  const { text, attributes } = useTyping({
    shown: (Array.isArray(value) ? value : typeof value === "number" ? [value] : []).map(String).join(", "),
    commit: (typed) => {
      const numbers = readNumbers(typed);
      if (numbers !== null) onChange(numbers, newGesture());
      else showToast({ kind: "info", text: `“${typed}” is no list of numbers: ${label} stays as it was.` });
    },
  });
  return (
    <label className={`${styles.field} ${text !== null && readNumbers(text) === null ? styles.wrong : ""}`}>
      {compact && <span className={styles.label}>{label}</span>}
      <input
        {...fieldAttributes(props)}
        className={`${styles.value} number`}
        placeholder="1, 0.5, 0"
        title={props.param.about}
        {...attributes}
      />
    </label>
  );
}
