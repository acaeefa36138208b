import { Box, Ellipsis, FileDigit, Image, X } from "lucide-react";
import { createContext, useContext } from "react";
import type { FileParam } from "../../shared/node/params.ts";
import { lastPart } from "../state/lastPart.ts";
import styles from "./controls.module.css";
import { type FieldProps, fieldAttributes, newGesture } from "./field.ts";
import { useTyping } from "./useTyping.ts";

/** Lets the person choose a file or folder; null if they did not. The window provides it. */
export const PathChooser = createContext<(what: FileParam["what"]) => Promise<string | null>>(async () => null);

const looks = {
  "model-folder": [Box, "Embedded model", "Choose a folder"],
  onnx: [Box, "No network", "Choose a network"],
  checkpoint: [Box, "No checkpoint", "Choose a checkpoint"],
  image: [Image, "No image", "Choose an image"],
  npy: [FileDigit, "No tensor", "Choose a tensor file"],
} as const;

/** A path: its last part until it is edited, with a button that opens the system's dialog. */
export function FileField(props: FieldProps<FileParam>) {
  const { param, value, compact, label, onChange } = props;
  const choose = useContext(PathChooser);
  const path = String(value ?? "");
  const [Icon, emptyText, verb] = looks[param.what];
  const { text, attributes } = useTyping({
    shown: lastPart(path) || path,
    full: path,
    commit: (typed) => onChange(typed.trim(), newGesture()),
  });
  const ask = async () => {
    const chosen = await choose(param.what);
    if (chosen !== null) onChange(chosen, newGesture());
  };
  return (
    <div className={styles.field}>
      <Icon className={styles.glyph} size={13} strokeWidth={2.1} aria-hidden />
      <input
        {...fieldAttributes(props)}
        className={`${styles.value} ${styles.start}`}
        placeholder={param.placeholder ?? emptyText}
        title={path || param.about}
        {...attributes}
      />
      {path !== "" && text === null && (
        <button
          type="button"
          className={styles.icon}
          aria-label={`Clear ${label}`}
          tabIndex={compact ? -1 : 0}
          onClick={() => onChange("", newGesture())}
        >
          <X size={12} strokeWidth={2.1} />
        </button>
      )}
      <button type="button" className={styles.icon} aria-label={verb} title={verb} onClick={() => void ask()}>
        <Ellipsis size={13} strokeWidth={2.1} />
      </button>
    </div>
  );
}
