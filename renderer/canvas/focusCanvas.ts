/** Gives the canvas the focus, so that keys act on the graph. */
export function focusCanvas(): void {
  document.querySelector<HTMLElement>("[data-testid=canvas]")?.focus({ preventScroll: true });
}
