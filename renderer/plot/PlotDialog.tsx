import { X } from "lucide-react";
import { Dialog } from "radix-ui";
import { useRef } from "react";
import type { Plot } from "../../shared/plot.ts";
import { useActive } from "../state/documents.ts";
import { IconButton } from "../ui/Button.tsx";
import type { Drawing } from "./exportPlot.ts";
import { PlotFigure } from "./PlotFigure.tsx";
import { PlotTools } from "./PlotTools.tsx";
import styles from "./plot.module.css";
import { useSize } from "./useSize.ts";

interface PlotDialogProps {
  readonly node: string;
  readonly title: string;
  readonly plot: Plot;
  readonly onClose: () => void;
}

/** A plot over the whole window, to zoom, move and export. */
export function PlotDialog({ node, title, plot, onClose }: PlotDialogProps) {
  const name = useActive((document) => document.name) ?? "";
  const drawing = useRef<Drawing | null>(null);
  const [place, size] = useSize<HTMLDivElement>();
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className={styles.scrim} />
        <Dialog.Content className={styles.dialog} aria-describedby={undefined} data-testid="plot-dialog">
          <header className={styles.dialogHead}>
            <Dialog.Title className={styles.dialogTitle}>{title}</Dialog.Title>
            <PlotTools {...{ plot, drawing, name }} />
            <IconButton label="Close" icon={X} onClick={onClose} />
          </header>
          <div ref={place} className={styles.dialogBody}>
            {size.width > 0 && (
              <PlotFigure
                {...{ plot, node }}
                width={size.width}
                height={Math.max(120, size.height - roomBelow)}
                sharpness={window.devicePixelRatio}
                isFree
                onDrawing={(next) => {
                  drawing.current = next;
                }}
              />
            )}
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Pixels for slider, legend and caption below the plot. */
const roomBelow = 84;
