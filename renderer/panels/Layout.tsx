import type { ReactNode, RefObject } from "react";
import { Group, Panel, type PanelImperativeHandle, Separator } from "react-resizable-panels";
import styles from "./layout.module.css";
import { rightPanel } from "./rightPanel.ts";

/** Widths in pixels. */
export interface Widths {
  readonly left: number;
  readonly right: number;
}

export const defaultWidths: Widths = { left: 256, right: 300 };

interface LayoutProps {
  readonly bar: ReactNode;
  readonly rail: ReactNode;
  /** The open left panel, or null. */
  readonly left: ReactNode;
  readonly canvas: ReactNode;
  readonly drawer: ReactNode;
  readonly right: ReactNode;
  readonly status: ReactNode;
  readonly widths: Widths;
  readonly onWidths: (widths: Partial<Widths>) => void;
}

/** The window's parts and the edges that can be dragged. */
export function Layout({ bar, rail, left, canvas, drawer, right, status, widths, onWidths }: LayoutProps) {
  return (
    <div className={styles.window}>
      {bar}
      <div className={styles.middle}>
        {rail}
        <Group className={styles.group} orientation="horizontal">
          {left !== null && (
            <>
              <Side
                id="left-panel"
                width={widths.left}
                min={200}
                max={400}
                onWidth={(width) => onWidths({ left: width })}
              >
                {left}
              </Side>
              <Separator className={styles.edge} />
            </>
          )}
          <Panel id="middle-panel" minSize={320}>
            <main className={styles.centre}>
              <div className={styles.canvas}>{canvas}</div>
              {drawer}
            </main>
          </Panel>
          <Separator className={styles.edge} />
          <Side
            id="right-panel"
            width={widths.right}
            min={260}
            max={480}
            panelRef={rightPanel}
            onWidth={(width) => onWidths({ right: width })}
          >
            {right}
          </Side>
        </Group>
      </div>
      {status}
    </div>
  );
}

interface SideProps {
  readonly id: string;
  readonly width: number;
  readonly min: number;
  readonly max: number;
  readonly panelRef?: RefObject<PanelImperativeHandle | null>;
  readonly onWidth: (width: number) => void;
  readonly children: ReactNode;
}

function Side({ id, width, min, max, panelRef, onWidth, children }: SideProps) {
  return (
    <Panel
      id={id}
      {...(panelRef && { panelRef })}
      defaultSize={width}
      minSize={min}
      maxSize={max}
      groupResizeBehavior="preserve-pixel-size"
      // The first report is the size it was given.
      onResize={({ inPixels }, _, before) => before !== undefined && onWidth(Math.round(inPixels))}
    >
      {children}
    </Panel>
  );
}
