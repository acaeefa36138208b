import { call } from "./bridge.ts";
import { isTyping } from "./typing.ts";

/** What was copied last, here or in another program. */
export interface Pasted {
  readonly text: string;
  readonly picture: Blob | null;
}

type Taker = (pasted: Pasted) => void;

/** Takes the next paste instead of the canvas. */
let claim: Taker | null = null;

/** Longer than a paste takes to arrive: a claim that nothing answered ends. */
const patienceMs = 1000;

/**
 * Hands every paste on that is not one of text into a field. The page never reads the clipboard by itself: what is on it
 * arrives with the system's own event.
 */
export function watchPastes(take: Taker): () => void {
  const listen = (event: ClipboardEvent) => {
    const claimed = claim;
    claim = null;
    if (claimed === null && isTyping(event.target)) return;
    event.preventDefault();
    const { clipboardData: data } = event;
    const picture = [...(data?.files ?? [])].find(({ type }) => type.startsWith("image/")) ?? null;
    (claimed ?? take)({ text: data?.getData("text/plain") ?? "", picture });
  };
  window.addEventListener("paste", listen);
  return () => window.removeEventListener("paste", listen);
}

/** Asks for a paste, as a menu does. */
export function requestPaste(): Promise<unknown> {
  return call("clipboard.paste", {});
}

/** Asks for a paste and resolves with it. */
export async function nextPaste(): Promise<Pasted> {
  const pasted = new Promise<Pasted>((resolve) => {
    const own: Taker = resolve;
    claim = own;
    setTimeout(() => {
      if (claim === own) claim = null;
      resolve({ text: "", picture: null });
    }, patienceMs);
  });
  await requestPaste();
  return pasted;
}
