import { Fragment } from "react";
import styles from "./ui.module.css";

/** A shortcut as caps: "Ctrl+Shift+S". */
export function Keys({ keys }: { readonly keys: string }) {
  return (
    <span className={styles.keys}>
      {keys.split("+").map((key, index) => (
        <Fragment key={key}>
          {/* For those who hear it; caps stand apart without. */}
          {index > 0 && " "}
          <kbd className={styles.key}>{key}</kbd>
        </Fragment>
      ))}
    </span>
  );
}
