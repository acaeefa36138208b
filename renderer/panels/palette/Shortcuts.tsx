import { X } from "lucide-react";
import { Dialog } from "radix-ui";
import { commands } from "../../state/commands.ts";
import { showShortcuts, useShell } from "../../state/shell.ts";
import { IconButton } from "../../ui/Button.tsx";
import { Keys } from "../../ui/Keys.tsx";
import palette from "./palette.module.css";
import { shortcutGroups } from "./shortcutGroups.ts";
import styles from "./shortcuts.module.css";

/** Everything that keys and the pointer do, while somebody asked for it. */
export function Shortcuts() {
  const isOpen = useShell((state) => state.isShortcutsOpen);
  if (!isOpen) return null;
  return (
    <Dialog.Root open onOpenChange={showShortcuts}>
      <Dialog.Portal>
        <Dialog.Overlay className={palette.scrim} />
        <Dialog.Content
          className={styles.dialog}
          data-testid="shortcuts"
          aria-describedby={undefined}
          onOpenAutoFocus={focusDialog}
        >
          <header className={styles.head}>
            <Dialog.Title className={styles.title}>Keyboard and pointer</Dialog.Title>
            <IconButton label="Close" keys="Esc" icon={X} onClick={() => showShortcuts(false)} />
          </header>
          <div className={styles.columns}>
            {shortcutGroups(commands).map(({ title, shortcuts }) => (
              <section key={title} className={styles.group}>
                <h3>{title}</h3>
                {shortcuts.map(({ label, keys }) => (
                  <p key={label}>
                    <span>{label}</span>
                    <Keys keys={keys.join("+")} />
                  </p>
                ))}
              </section>
            ))}
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Not the button: its tooltip would take the first Escape. */
function focusDialog(event: Event): void {
  event.preventDefault();
  if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus();
}
