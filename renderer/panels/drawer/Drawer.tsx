import { ChevronDown } from "lucide-react";
import type { ReactNode } from "react";
import styles from "./drawer.module.css";

interface DrawerProps {
  readonly title: string;
  /** A few words beside the title: "4 jobs", "Checked in 0.4 ms". */
  readonly about?: string | undefined;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Frame of what the status strip opens above itself. */
export function Drawer({ title, about, onClose, children }: DrawerProps) {
  return (
    <section className={styles.drawer} aria-label={title} data-testid={title.toLowerCase()}>
      <header className={styles.head}>
        <h2>{title}</h2>
        {about !== undefined && <span className={styles.about}>{about}</span>}
        <span className={styles.space} />
        <button type="button" className={styles.close} aria-label={`Close ${title}`} onClick={onClose}>
          <ChevronDown size={14} />
        </button>
      </header>
      <div className={styles.body}>{children}</div>
    </section>
  );
}
