import type { End, Point } from "../../../shared/workflow/workflow.ts";
import { catalogByType } from "../../state/catalog.ts";
import { refuse } from "../../state/connect.ts";
import { activeDocument } from "../../state/documents.ts";
import { connect } from "../../state/edits.ts";
import { showSearch } from "../../state/search.ts";
import { showToast } from "../../ui/toasts.ts";
import { withoutMarks } from "../wire/DragLine.tsx";
import { beginDrag, endDrag, portKey, useWireDrag } from "../wire/drag.ts";
import { cardAt, type FarPort, portAt, portsBy } from "./hit.ts";
import type { FarWire, Scene } from "./scene.ts";

/** A wire that is led from a port over a graph seen from afar. */
export class LooseWire {
  readonly #from: FarPort;

  constructor(from: FarPort) {
    this.#from = from;
    beginDrag(from.node, from.port, from.side);
  }

  /** Id of the node that it leaves. */
  get node(): string {
    return this.#from.node;
  }

  /** The wire to a place, as it is drawn. */
  to(at: Point): FarWire {
    const { node, side, place } = this.#from;
    const points = side === "out" ? [place, at] : [at, place];
    const colour = `--wire-${useWireDrag.getState().from?.wire ?? "plot"}`;
    return { index: -1, source: node, target: node, points, colour, isSelected: true, isIdle: false };
  }

  /**
   * Lets it go at a place. On a card it connects to the nearest port that it fits or says why there is none; on the
   * empty canvas it asks for a node.
   */
  drop(scene: Scene, at: Point, screen: Point, reach: number): void {
    const { from, fitting } = useWireDrag.getState();
    endDrag();
    const port = portAt(scene, at, reach);
    const card = scene.cards.find(({ id }) => id === port?.node) ?? cardAt(scene, at);
    if (card === null) {
      if (from !== null) showSearch({ screen, at, from });
      return;
    }
    const others = portsBy(card, at).filter(({ node, side }) => node !== this.#from.node && side !== this.#from.side);
    const fit = others.find(({ node, side, port }) => fitting.has(portKey(node, side, port)));
    if (fit !== undefined) connect(...this.#endsTo(fit));
    else if (others[0] !== undefined) this.#refuse(others[0]);
  }

  /** Lets it go as if it had never been taken. */
  end(): void {
    endDrag();
  }

  #endsTo(to: FarPort): readonly [from: End, to: End] {
    const [source, target] = this.#from.side === "out" ? [this.#from, to] : [to, this.#from];
    return [
      [source.node, source.port],
      [target.node, target.port],
    ];
  }

  #refuse(to: FarPort): void {
    const workflow = activeDocument()?.workflow;
    const refusal = workflow === undefined ? null : refuse(workflow, catalogByType, ...this.#endsTo(to));
    if (refusal !== null) showToast({ kind: "info", text: withoutMarks(refusal) });
  }
}
