import { type RefObject, useEffect } from "react";
import { useStoreApi } from "reactflow";
import { Hand, type Table } from "./hand.ts";

/** Lets the pointer drag the cards of a canvas. */
export function useHand(
  root: RefObject<HTMLElement | null>,
  { hold, release, put }: Pick<Table, "hold" | "release" | "put">,
): void {
  const store = useStoreApi();
  useEffect(() => {
    const element = root.current;
    if (element === null) return;
    const hand = new Hand({ element, state: () => store.getState(), hold, release, put });
    const ended = new AbortController();
    const early = { capture: true, signal: ended.signal };
    element.addEventListener("pointerdown", (event) => hand.press(event), early);
    element.addEventListener("mousedown", (event) => hand.shield(event), early);
    element.addEventListener("touchstart", (event) => hand.shield(event), early);
    element.addEventListener("pointermove", (event) => hand.move(event), early);
    element.addEventListener("pointerup", (event) => hand.release(event), early);
    element.addEventListener("pointercancel", () => hand.cancel(), early);
    element.addEventListener("click", (event) => hand.click(event), early);
    return () => {
      hand.cancel();
      ended.abort();
    };
  }, [root, store, hold, release, put]);
}
