import type { Point } from "../../../shared/workflow/workflow.ts";
import type { Scene } from "./scene.ts";

/** A scene in two: what is in the hand, with all wires to it, and the rest. */
export interface Lifted {
  readonly ids: ReadonlySet<string>;
  readonly rest: Scene;
  readonly held: Scene;
}

export function lift(scene: Scene, ids: ReadonlySet<string>): Lifted {
  const { frames, cards, wires } = scene;
  const isHeld = ({ source, target }: Scene["wires"][number]) => ids.has(source) || ids.has(target);
  return {
    ids,
    rest: {
      frames: frames.filter(({ id }) => !ids.has(id)),
      cards: cards.filter(({ id }) => !ids.has(id)),
      wires: wires.filter((wire) => !isHeld(wire)),
    },
    held: {
      frames: frames.filter(({ id }) => ids.has(id)),
      cards: cards.filter(({ id }) => ids.has(id)),
      wires: wires.filter(isHeld),
    },
  };
}

/** What is in the hand at another place: cards, frames, and the ends of wires that are theirs. */
export function moved({ ids, held }: Lifted, { x, y }: Point): Scene {
  const shift = (point: Point) => ({ x: point.x + x, y: point.y + y });
  return {
    frames: held.frames.map((frame) => ({ ...frame, ...shift(frame) })),
    cards: held.cards.map((card) => ({ ...card, ...shift(card) })),
    wires: held.wires.map((wire) => {
      const last = wire.points.length - 1;
      const isOurs = (place: number) =>
        (place === 0 && ids.has(wire.source)) || (place === last && ids.has(wire.target));
      return { ...wire, points: wire.points.map((point, place) => (isOurs(place) ? shift(point) : point)) };
    }),
  };
}
