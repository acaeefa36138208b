import { type RefObject, useEffect, useMemo, useRef } from "react";
import { useStoreApi } from "reactflow";
import { useRuns } from "../../run/runs.ts";
import { catalogByType } from "../../state/catalog.ts";
import { useChecks } from "../../state/check.ts";
import type { CanvasEdge, CanvasNode } from "../project.ts";
import { readFacts, shownPictures } from "./facts.ts";
import styles from "./far.module.css";
import { Painter } from "./painter.ts";
import { createThumbnails } from "./pictures.ts";
import { sceneOf } from "./scene.ts";
import { useFarHand } from "./useFarHand.ts";
import { useFarKeys } from "./useFarKeys.ts";

interface FarLayerProps {
  readonly nodes: readonly CanvasNode[];
  readonly edges: readonly CanvasEdge[];
  /** The canvas that this is a layer of: it takes the pointer and the keys. */
  readonly root: RefObject<HTMLDivElement | null>;
}

/**
 * A large graph from afar: all nodes and wires on one drawing, while React Flow holds none and only moves the view.
 * Pointer and keys select, move and open as they do up close.
 */
export function FarLayer({ nodes, edges, root }: FarLayerProps) {
  const still = useRef<HTMLCanvasElement>(null);
  const moving = useRef<HTMLCanvasElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const spoken = useRef<HTMLDivElement>(null);
  const painter = useRef<Painter | null>(null);
  const store = useStoreApi();
  const scene = useMemo(() => sceneOf(nodes, edges, catalogByType), [nodes, edges]);
  const current = useRef(scene);
  current.current = scene;

  useEffect(() => {
    if (still.current === null || moving.current === null) return;
    const thumbnails = createThumbnails(() => made.redraw());
    const made = new Painter(still.current, moving.current, () => readFacts(thumbnails));
    painter.current = made;
    made.show(current.current);
    const follow = () => {
      const { transform, width, height } = store.getState();
      made.resize(width, height);
      made.moveTo(transform);
    };
    follow();
    const refresh = () => {
      thumbnails.keep(shownPictures());
      made.redraw();
    };
    const theme = new MutationObserver(refresh);
    theme.observe(document.documentElement, { attributes: true });
    const ends = [store.subscribe(follow), useRuns.subscribe(refresh), useChecks.subscribe(refresh)];
    return () => {
      for (const end of ends) end();
      theme.disconnect();
      made.end();
      painter.current = null;
    };
  }, [store]);
  useEffect(() => painter.current?.show(scene), [scene]);
  useFarHand({ root, scene: current, painter, frame });
  useFarKeys({ root, scene: current, spoken });
  return (
    <div className={styles.layer} data-far-layer>
      <canvas ref={still} role="img" aria-label={`${scene.cards.length} nodes, ${scene.wires.length} links`} />
      <canvas ref={moving} hidden aria-hidden />
      <div ref={frame} className={styles.frame} hidden />
      <div ref={spoken} className="hidden-text" aria-live="polite" />
    </div>
  );
}
