import { type ChangeEvent, type FocusEvent, type KeyboardEvent, useLayoutEffect, useRef, useState } from "react";

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
  const entered = useRef<HTMLInputElement | null>(null);
  // Selects once the text to edit is in place, and before the first key.
  useLayoutEffect(() => {
    entered.current?.select();
    entered.current = null;
  });
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
      entered.current = event.currentTarget;
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
