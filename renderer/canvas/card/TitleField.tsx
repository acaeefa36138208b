import { type KeyboardEvent, useRef, useState } from "react";
import { focusCanvas } from "../focusCanvas.ts";
import styles from "./card.module.css";

interface TitleFieldProps {
  readonly title: string;
  /** The text when it is left or Enter is pressed; empty for the type's own title. */
  readonly onKeep: (text: string) => void;
  readonly onEnd: () => void;
}

/** A title as it is typed: Enter and leaving the field keep it, Escape gives the old one back. */
export function TitleField({ title, onKeep, onEnd }: TitleFieldProps) {
  const [text, setText] = useState(title);
  const isDropped = useRef(false);
  const key = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    event.stopPropagation();
    if (event.key !== "Enter" && event.key !== "Escape") return;
    isDropped.current = event.key === "Escape";
    focusCanvas();
  };
  return (
    <input
      className={`${styles.titleField} nodrag nopan`}
      aria-label="Title"
      // biome-ignore lint/a11y/noAutofocus: the person asked to type here
      autoFocus
      spellCheck={false}
      value={text}
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={key}
      onDoubleClick={(event) => event.stopPropagation()}
      onBlur={() => {
        if (!isDropped.current) onKeep(text);
        onEnd();
      }}
    />
  );
}
