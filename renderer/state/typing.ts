/** Whether typing goes into an element: its keys, and what is pasted, are its own. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches("input, textarea, select, [role=textbox], [contenteditable]");
}

/** Leaves a key to the input method that composes with it: no field, list or shortcut sees it. */
export function leaveToInputMethod(event: KeyboardEvent): void {
  if (event.isComposing || event.keyCode === 229) event.stopPropagation();
}
