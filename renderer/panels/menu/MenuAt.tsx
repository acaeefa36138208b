import { DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";
import { focusCanvas } from "../../canvas/focusCanvas.ts";
import overlays from "../../ui/overlays.module.css";
import styles from "./menu.module.css";

interface MenuAtProps {
  /** Pixels of the window. */
  readonly at: { readonly x: number; readonly y: number };
  readonly label: string;
  readonly onClose: () => void;
  /** Items of ui/Menu. */
  readonly children: ReactNode;
}

/** A context menu at a point of the window. */
export function MenuAt({ at, label, onClose, children }: MenuAtProps) {
  return (
    // A new point is a new menu: an open one does not move.
    <DropdownMenu.Root key={`${at.x} ${at.y}`} open onOpenChange={(isOpen) => !isOpen && onClose()} modal={false}>
      <DropdownMenu.Trigger className={styles.point} style={{ left: at.x, top: at.y }} tabIndex={-1} aria-hidden />
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className={`${overlays.menu} ${styles.menu}`}
          align="start"
          side="bottom"
          sideOffset={0}
          collisionPadding={8}
          aria-label={label}
          data-testid="node-menu"
          onContextMenu={(event) => event.preventDefault()}
          onCloseAutoFocus={giveBack}
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** The point has nothing to focus: the canvas gets it, unless what was chosen opened something that took it. */
function giveBack(event: Event): void {
  event.preventDefault();
  const { activeElement } = document;
  if (activeElement === null || activeElement === document.body || activeElement.closest("[role=menu]")) focusCanvas();
}
