import { ChevronDown } from "lucide-react";
import type { ReactNode } from "react";
import { IconButton } from "../../ui/Button.tsx";
import styles from "./drawer.module.css";
import { ResizeEdge, useDrawerHeight } from "./ResizeEdge.tsx";

interface DrawerFrameProps {
  readonly title: string;
  /** A few words beside the title: "4 jobs", "Checked in 0.4 ms". */
  readonly about?: string | undefined;
  /** Stays in the page while closed. */
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Frame of a list that the status strip opens above itself. */
export function DrawerFrame({ title, about, isOpen, onClose, children }: DrawerFrameProps) {
  const height = useDrawerHeight();
  return (
    <section
      className={styles.drawer}
      style={{ height }}
      hidden={!isOpen}
      aria-label={title}
      data-region="drawer"
      data-testid={title.toLowerCase()}
    >
      <ResizeEdge height={height} />
      <header className={styles.head}>
        <h2>{title}</h2>
        {about !== undefined && <span className={styles.about}>{about}</span>}
        <span className={styles.space} />
        <IconButton label={`Close ${title}`} icon={ChevronDown} size={14} side="left" onClick={onClose} />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list without buttons is scrolled by keyboard */}
      <div className={styles.body} tabIndex={0}>
        {children}
      </div>
    </section>
  );
}
