import { Maximize2 } from "lucide-react";
import { useState } from "react";
import { useStore } from "reactflow";
import type { Plot } from "../../../shared/plot.ts";
import { useShown } from "../../plot/kept.ts";
import { PlotDialog } from "../../plot/PlotDialog.tsx";
import { PlotFigure } from "../../plot/PlotFigure.tsx";
import look from "../../plot/plot.module.css";
import { IconButton } from "../../ui/Button.tsx";
import styles from "./content.module.css";
import type { CardFacts } from "./useCard.ts";

interface CardPlotProps {
  readonly id: string;
  readonly title: string;
  readonly facts: CardFacts;
  /** Pixels kept free while there is no plot; null on cards that never have one. */
  readonly room: number | null;
}

/** Pixels of a plot on a card of 380. */
const width = 364;
const height = 250;

/** The plot that a run left on a node. While the node runs again, the old one is veiled. */
export function CardPlot({ id, title, facts: { run, state, number }, room }: CardPlotProps) {
  if (!run?.plot) {
    const look = state === "notReached" ? styles.notReached : "";
    if (room === null) return null;
    return (
      <div className={`${styles.noPlot} ${look}`} style={{ height: room }}>
        No plot yet
      </div>
    );
  }
  const isOld = (state === "queued" || state === "running") && run.fromRun !== number;
  return (
    <div className={styles.plot} data-testid={`card-plot-${id}`}>
      <LastPlot {...{ id, title }} plot={run.plot} number={run.fromRun} />
      {isOld && <span className={styles.veil}>From run {run.fromRun}</span>}
    </div>
  );
}

interface LastPlotProps extends Pick<CardPlotProps, "id" | "title"> {
  readonly plot: Plot;
  /** Of the run that it is from. */
  readonly number: number | null;
}

function LastPlot({ id, title, plot, number }: LastPlotProps) {
  const [isLarge, setLarge] = useState(false);
  const sharpness = useStore(({ transform: [, , zoom] }) => Math.min(3, Math.ceil(zoom * window.devicePixelRatio)));
  const shown = useShown(id, plot, number);
  const enlarge = (
    <IconButton
      label="Enlarge"
      icon={Maximize2}
      size={14}
      side="left"
      className={`${look.corner} nodrag`}
      onClick={() => setLarge(true)}
    />
  );
  return (
    <>
      <PlotFigure plot={shown.plot} isFree={false} corner={enlarge} {...{ width, height, sharpness }} />
      {isLarge && <PlotDialog node={id} {...{ title, plot, number }} onClose={() => setLarge(false)} />}
    </>
  );
}
