import { CircleAlert, CircleCheck, Info, X } from "lucide-react";
import { IconButton } from "./Button.tsx";
import styles from "./overlays.module.css";
import { useToasts } from "./toasts.ts";

const icons = {
  info: [Info, "var(--info)"],
  ok: [CircleCheck, "var(--ok)"],
  error: [CircleAlert, "var(--danger)"],
} as const;

/** Notices at the bottom right. */
export function Toasts() {
  const { toasts, dismiss } = useToasts();
  return (
    <section className={styles.toasts} aria-live="polite" aria-label="Notices">
      {toasts.map(({ id, kind, text, action }) => {
        const [Icon, color] = icons[kind];
        return (
          <div key={id} className={styles.toast} data-testid="toast" role={kind === "error" ? "alert" : "status"}>
            <Icon className={styles.toastIcon} size={16} strokeWidth={1.8} color={color} aria-hidden />
            <p>{text}</p>
            {action !== undefined && (
              <button
                type="button"
                className={styles.toastAction}
                onClick={() => {
                  dismiss(id);
                  action.run();
                }}
              >
                {action.label}
              </button>
            )}
            <IconButton label="Dismiss" icon={X} size={14} onClick={() => dismiss(id)} />
          </div>
        );
      })}
    </section>
  );
}
