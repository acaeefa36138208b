import { keysOf } from "./bindings.ts";
import { chordOf } from "./chord.ts";
import { commands } from "./commands.ts";
import { isTyping } from "./typing.ts";

/** Commands that act while a field has the focus, too: none of them edits text. */
const everywhere = new Set([
  "run",
  "stop",
  "save",
  "save-as",
  "open",
  "new",
  "palette",
  "close",
  "next-region",
  "last-region",
]);

/** Whether a chord types nothing, whatever a person bound it to. */
const typesNothing = (chord: string) => /^(Ctrl\+|Alt\+)|^(Shift\+)?F\d+$/.test(chord);

/** Keys with a meaning of their own everywhere else in the window. */
const onCanvasOnly = new Set(["Tab", "Space", "Enter", "Escape"]);

/** Runs the command of a key press, if there is one; says whether. */
export function dispatchKey(event: KeyboardEvent): boolean {
  const chord = chordOf(event);
  if (chord === null || event.defaultPrevented) return false;
  const found = commands.find((command) => keysOf(command.id).includes(chord));
  if (!found?.when()) return false;
  const isInside =
    isTyping(event.target) || document.querySelector("[role=dialog], [role=menu], [role=listbox]") !== null;
  if (isInside && !(everywhere.has(found.id) && typesNothing(chord))) return false;
  if (!typesNothing(chord) && isInPanel(event.target)) return false;
  // Text that is selected elsewhere is what the person sees marked.
  if (found.id === "copy" && document.getSelection()?.isCollapsed === false) return false;
  // Tab walks the window; it opens the search only on the canvas itself.
  if (onCanvasOnly.has(chord) && !isOnCanvas(event.target)) return false;
  event.preventDefault();
  found.run();
  return true;
}

/** Whether something in a panel has the focus, which Delete and letters are meant for; the outline stands for the graph. */
function isInPanel(target: EventTarget | null): boolean {
  const panel =
    target instanceof Element && target.closest("[data-region=left], [data-testid=inspector], [data-region=drawer]");
  return panel instanceof Element && (target as Element).closest("[data-stands-for=graph]") === null;
}

function isOnCanvas(target: EventTarget | null): boolean {
  return (
    target === document.body ||
    (target instanceof Element &&
      target.closest("[data-testid=canvas]") !== null &&
      !target.closest("button, [role=button], [role=slider], [role=spinbutton], [role=combobox], [role=switch]"))
  );
}
