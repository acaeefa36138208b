import { RotateCcw, X } from "lucide-react";
import { Dialog } from "radix-ui";
import { useState } from "react";
import { isOwn, resetKeys } from "../../state/bindings.ts";
import { commands } from "../../state/commands.ts";
import { attempt } from "../../state/files.ts";
import { useSettings } from "../../state/settings.ts";
import { showShortcuts, useShell } from "../../state/shell.ts";
import { Button, IconButton } from "../../ui/Button.tsx";
import { Keys } from "../../ui/Keys.tsx";
import palette from "./palette.module.css";
import { ShortcutRow } from "./ShortcutRow.tsx";
import { gestures, shortcutGroups } from "./shortcutGroups.ts";
import styles from "./shortcuts.module.css";

/** Everything that keys and the pointer do, while somebody asked for it; the keys can be changed here. */
export function Shortcuts() {
  const isOpen = useShell((state) => state.isShortcutsOpen);
  return isOpen ? <List /> : null;
}

function List() {
  /** The command whose new keys are being pressed. */
  const [changing, setChanging] = useState<string | null>(null);
  return (
    <Dialog.Root open onOpenChange={showShortcuts}>
      <Dialog.Portal>
        <Dialog.Overlay className={palette.scrim} />
        <Dialog.Content
          className={styles.dialog}
          data-testid="shortcuts"
          onOpenAutoFocus={focusDialog}
          onEscapeKeyDown={(event) => {
            if (changing === null) return;
            event.preventDefault();
            setChanging(null);
          }}
        >
          <Head />
          <div className={styles.columns}>
            {shortcutGroups(commands).map(({ title, commands: own }) => (
              <section key={title} className={styles.group}>
                <h3>{title}</h3>
                {own.map(({ id, label }) => (
                  <ShortcutRow
                    key={id}
                    id={id}
                    label={label.replace("…", "")}
                    isChanging={changing === id}
                    onChanging={(isChanging) => setChanging(isChanging ? id : null)}
                  />
                ))}
              </section>
            ))}
            <Pointer />
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Head() {
  // Renders anew with the shortcuts.
  useSettings(({ keys }) => keys);
  return (
    <header className={styles.head}>
      <Dialog.Title className={styles.title}>Keyboard and pointer</Dialog.Title>
      <Dialog.Description className={styles.hint}>Choose a shortcut to press other keys for it.</Dialog.Description>
      {isOwn() && (
        <Button small kind="ghost" icon={RotateCcw} onClick={() => void attempt(() => resetKeys())}>
          Reset all
        </Button>
      )}
      <IconButton label="Close" keys="Esc" icon={X} onClick={() => showShortcuts(false)} />
    </header>
  );
}

function Pointer() {
  return (
    <section className={styles.group}>
      <h3>Pointer</h3>
      {gestures.map(({ label, keys }) => (
        <p key={label} className={styles.row}>
          <span>{label}</span>
          <Keys keys={keys.join("+")} />
        </p>
      ))}
    </section>
  );
}

/** Not the button: its tooltip would take the first Escape. */
function focusDialog(event: Event): void {
  event.preventDefault();
  if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus();
}
