import { useState } from "react";
import type { PlanePlot } from "../../shared/plot.ts";
import { formatCount } from "../controls/format.ts";
import { mostRings } from "./drawExact.ts";
import { layersOf, type PlaneLayers } from "./drawPlane.ts";
import type { FigureProps } from "./figure.ts";
import { LayerBar } from "./LayerBar.tsx";
import { Legend } from "./Legend.tsx";
import { sigmaAt } from "./moment.ts";
import { PlaneCanvas } from "./PlaneCanvas.tsx";
import styles from "./plot.module.css";
import { TimeSlider } from "./TimeSlider.tsx";
import { useTime } from "./useTime.ts";

/** A plane with its caption, and a slider where its points move. */
export function PlaneFigure({ plot, corner, ...rest }: FigureProps & { readonly plot: PlanePlot }) {
  const [chosen, setChosen] = useState<Partial<PlaneLayers>>({});
  const layers = { ...layersOf(plot), ...chosen };
  const moments = Math.max(1, ...plot.clouds.map((cloud) => cloud.moments));
  const time = useTime(moments);
  const [first] = plot.clouds;
  const sigma = first === undefined ? null : sigmaAt(first, time.now);
  const { width, height, sharpness, isFree, keeping, onDrawing } = rest;
  const stable = useSame(layers);
  return (
    <figure className={styles.plane}>
      {isFree && <LayerBar {...{ plot, layers, keeping }} onChange={(change) => setChosen({ ...chosen, ...change })} />}
      <div className={styles.stage}>
        <PlaneCanvas {...{ plot, width, height, sharpness, isFree, onDrawing }} layers={stable} time={time.now} />
        {corner}
      </div>
      {moments > 1 && <TimeSlider {...{ time, sigma }} />}
      {plot.clouds.length > 1 && <Legend names={plot.clouds.map(({ name }) => name)} />}
      <figcaption className={styles.caption}>
        <span>{countText(plot, layers, moments > 1 ? sigma : null)}</span>
        {hasRings(plot, layers) && <span>Rings: 1 and 2 standard deviations</span>}
      </figcaption>
    </figure>
  );
}

function hasRings({ exact }: PlanePlot, { rings }: PlaneLayers): boolean {
  return rings && exact.length > 0 && exact.length <= mostRings;
}

/** One object as long as its content is the same, so that nothing is drawn twice. */
function useSame(layers: PlaneLayers): PlaneLayers {
  const [kept, setKept] = useState(layers);
  const isSame = (Object.keys(layers) as (keyof PlaneLayers)[]).every((name) => kept[name] === layers[name]);
  if (isSame) return kept;
  setKept(layers);
  return layers;
}

/** "54 of 5 000 paths, sigma 3.20" */
function countText({ clouds, trails }: PlanePlot, layers: PlaneLayers, sigma: number | null): string {
  const counts = [...new Set(clouds.map(({ count }) => count))];
  const samples = counts.map(formatCount).join(" and ");
  const what =
    layers.trails && trails > 0
      ? `${formatCount(Math.min(trails, counts[0] ?? 0))} of ${samples} paths`
      : `${samples} samples`;
  return sigma === null ? what : `${what}, sigma ${sigma.toPrecision(3)}`;
}
