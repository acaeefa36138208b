import { type ChangeEvent, type FocusEvent, type KeyboardEvent, useState } from "react";

interface TypingOptions {
  /** Text while nobody types. */
  readonly shown: string;
  /** Text to start from, if not the shown one. */
  readonly full?: string;
  /** Takes the typed text when the field is left, if it changed. */
  readonly commit: (text: string) => void;
}

/**
 * A field whose text counts only when it is left: focus selects it all, Enter and Tab take it, Escape brings the old
 * one back. `text` is null while nobody types.
 */
export function useTyping({ shown, full = shown, commit }: TypingOptions) {
  const [text, setText] = useState<string | null>(null);
  const take = () => {
    setText(null);
    if (text !== null && text !== full) commit(text);
  };
  const attributes = {
    spellCheck: false,
    value: text ?? shown,
    onChange: (event: ChangeEvent<HTMLInputElement>) => setText(event.target.value),
    onFocus: (event: FocusEvent<HTMLInputElement>) => {
      setText(full);
      // After the text is in place, so that the selection stays.
      const field = event.currentTarget;
      requestAnimationFrame(() => document.activeElement === field && field.select());
    },
    onBlur: take,
    onKeyDown: (event: KeyboardEvent<HTMLInputElement>) => {
      const field = event.currentTarget;
      // With Ctrl it starts a run, which has to see the value; the field stays.
      if (event.key === "Enter" && event.ctrlKey) take();
      else if (event.key === "Enter") field.blur();
      if (event.key !== "Escape") return;
      event.stopPropagation();
      setText(null);
      requestAnimationFrame(() => field.blur());
    },
  };
  return { text, setText, attributes };
}
