import { type RefObject, useEffect } from "react";
import { activeDocument, select } from "../../state/documents.ts";
import { moveNodes } from "../../state/edits.ts";
import { directionOf, neighbour } from "./hit.ts";
import type { FarCard, Scene } from "./scene.ts";

interface FarKeys {
  readonly root: RefObject<HTMLDivElement | null>;
  readonly scene: RefObject<Scene>;
  /** Where what was selected is told to screen readers. */
  readonly spoken: RefObject<HTMLElement | null>;
}

const step = 8;
const bigStep = 32;
let moves = 0;

/** Arrow keys on a graph seen from afar: they go from node to node; with Alt they move what is selected. */
export function useFarKeys({ root, scene, spoken }: FarKeys): void {
  useEffect(() => {
    const element = root.current;
    const onKey = (event: KeyboardEvent) => {
      const direction = directionOf(event.key);
      if (direction === null || event.target !== element || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      event.stopPropagation();
      if (event.altKey) moveSelected(scene.current, direction, event.shiftKey ? bigStep : step);
      else {
        const next = nextOf(scene.current, direction);
        if (next === null) return;
        select([next.id]);
        if (spoken.current !== null) spoken.current.textContent = `${next.title} selected`;
      }
    };
    element?.addEventListener("keydown", onKey);
    return () => element?.removeEventListener("keydown", onKey);
  }, [root, scene, spoken]);
}

function nextOf(scene: Scene, direction: { readonly x: number; readonly y: number }): FarCard | null {
  const chosen = activeDocument()?.selection.at(-1);
  const from = scene.cards.find(({ id }) => id === chosen);
  return from === undefined ? (scene.cards[0] ?? null) : neighbour(scene, from, direction);
}

function moveSelected({ cards }: Scene, { x, y }: { readonly x: number; readonly y: number }, length: number): void {
  const chosen = cards.filter(({ isSelected, node }) => isSelected && node.pinned !== true);
  if (chosen.length === 0) return;
  moves++;
  const places = chosen.map((card) => [card.id, { x: card.x + x * length, y: card.y + y * length }] as const);
  moveNodes(new Map(places), `far-keys-${moves}`);
}
