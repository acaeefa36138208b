const restMs = 300;
let timer = 0;

/**
 * Notes that the hand moves the view or nodes. Meanwhile what moves is on layers of its own, which the browser shifts
 * and scales without drawing them again (canvas.module.css); when all has rested for a moment it is drawn sharp again.
 */
export function noteMoving(): void {
  const canvas = canvasElement();
  if (canvas !== null && canvas.dataset.moving === undefined) canvas.dataset.moving = "";
  window.clearTimeout(timer);
  timer = window.setTimeout(() => {
    delete canvasElement()?.dataset.moving;
  }, restMs);
}

/** While the hand moves the canvas, a shield before it spares the search for what is under the pointer. */
export function setPanning(isPanning: boolean): void {
  const canvas = canvasElement();
  if (canvas !== null && (canvas.dataset.panning === "true") !== isPanning) canvas.dataset.panning = String(isPanning);
}

function canvasElement(): HTMLElement | null {
  return document.querySelector("[data-testid=canvas]");
}
