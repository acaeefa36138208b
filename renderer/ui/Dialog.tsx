import { Dialog as Primitive } from "radix-ui";
import type { ReactNode } from "react";
import styles from "./overlays.module.css";

interface DialogProps {
  readonly title: string;
  readonly open: boolean;
  /** Escape, or a press beside it. */
  readonly onClose: () => void;
  readonly children?: ReactNode;
  /** Buttons: a destructive one left, Cancel, then the primary. */
  readonly actions: ReactNode;
}

/** A question that has to be answered first. */
export function Dialog({ title, open, onClose, children, actions }: DialogProps) {
  return (
    <Primitive.Root open={open} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Primitive.Portal>
        <Primitive.Overlay className={styles.scrim} />
        <Primitive.Content className={styles.dialog}>
          <Primitive.Title className={styles.dialogTitle}>{title}</Primitive.Title>
          <Primitive.Description asChild>
            <div className={styles.dialogText}>{children}</div>
          </Primitive.Description>
          <div className={styles.dialogActions}>{actions}</div>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
