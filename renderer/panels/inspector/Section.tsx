import { ChevronDown, ChevronRight } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import styles from "./inspector.module.css";

interface SectionProps {
  readonly title: string;
  /** Right end of the head. */
  readonly note?: ReactNode;
  readonly children: ReactNode;
}

/** A part of the inspector that folds. */
export function Section({ title, note, children }: SectionProps) {
  const [isOpen, setOpen] = useState(true);
  const id = useId();
  const Chevron = isOpen ? ChevronDown : ChevronRight;
  return (
    <section className={styles.section}>
      <h3 className={styles.sectionHead}>
        <button type="button" aria-expanded={isOpen} aria-controls={id} onClick={() => setOpen(!isOpen)}>
          <Chevron size={14} strokeWidth={2.1} aria-hidden />
          {title}
        </button>
        {note !== undefined && <span className={`${styles.note} number`}>{note}</span>}
      </h3>
      {isOpen && (
        <div id={id} className={styles.sectionBody}>
          {children}
        </div>
      )}
    </section>
  );
}

/** A name and a figure. */
export function Fact({ name, children }: { readonly name: ReactNode; readonly children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <span>{name}</span>
      <span className="number">{children}</span>
    </div>
  );
}
