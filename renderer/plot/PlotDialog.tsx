import { X } from "lucide-react";
import { Dialog } from "radix-ui";
import { type RefObject, useRef } from "react";
import type { Plot } from "../../shared/plot.ts";
import { useActive } from "../state/documents.ts";
import { IconButton } from "../ui/Button.tsx";
import { isolated } from "../ui/isolated.ts";
import type { Drawing } from "./exportPlot.ts";
import type { FigureProps } from "./figure.ts";
import { useShown } from "./kept.ts";
import { PlotFigure } from "./PlotFigure.tsx";
import { PlotTools } from "./PlotTools.tsx";
import styles from "./plot.module.css";
import { useSize } from "./useSize.ts";

interface PlotDialogProps {
  readonly node: string;
  readonly title: string;
  readonly plot: Plot;
  /** Number of the run that it is from. */
  readonly number: number | null;
  readonly onClose: () => void;
}

/** A plot over the whole window, to zoom, move and export. */
export function PlotDialog({ node, title, number, onClose, ...rest }: PlotDialogProps) {
  const name = useActive((document) => document.name) ?? "";
  const { plot, ...keeping } = useShown(node, rest.plot, number);
  const drawing = useRef<Drawing | null>(null);
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className={styles.scrim} />
        <Dialog.Content
          className={styles.dialog}
          aria-describedby={undefined}
          data-testid="plot-dialog"
          {...isolated}
          onOpenAutoFocus={(event) => {
            // Not on the first control: nothing was asked for yet.
            event.preventDefault();
            if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus();
          }}
        >
          <header className={styles.dialogHead}>
            <Dialog.Title className={styles.dialogTitle}>{title}</Dialog.Title>
            <PlotTools {...{ plot, drawing, name }} />
            <IconButton label="Close" icon={X} onClick={onClose} />
          </header>
          <Body {...{ plot, keeping, drawing }} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Pixels for switches, slider, legend and caption around a plot. */
function roomAround(plot: Plot): number {
  if (plot.kind !== "plane") return 48;
  const slider = plot.clouds.some(({ moments }) => moments > 1) ? 30 : 0;
  return 54 + slider + (plot.clouds.length > 1 ? 20 : 0);
}

interface BodyProps extends Pick<FigureProps, "keeping"> {
  readonly plot: Plot;
  readonly drawing: RefObject<Drawing | null>;
}

/** As large as the dialog leaves room for. */
function Body({ plot, keeping, drawing }: BodyProps) {
  const [place, { width, height }] = useSize<HTMLDivElement>();
  return (
    <div ref={place} className={styles.dialogBody}>
      {width > 0 && (
        <PlotFigure
          {...{ plot, width, keeping }}
          height={Math.max(120, height - roomAround(plot))}
          sharpness={window.devicePixelRatio}
          isFree
          onDrawing={(next) => {
            drawing.current = next;
          }}
        />
      )}
    </div>
  );
}
