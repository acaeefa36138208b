import { Command } from "cmdk";
import { type LucideIcon, Search } from "lucide-react";
import { Dialog } from "radix-ui";
import { useState } from "react";
import { Keys } from "../../ui/Keys.tsx";
import { match } from "./match.ts";
import styles from "./palette.module.css";

/** Something that the palette can do. */
export interface PaletteItem {
  readonly id: string;
  readonly label: string;
  readonly icon: LucideIcon;
  /** A CSS colour of the icon; quiet when absent. */
  readonly hue?: string;
  /** Shortcut: "Ctrl+Shift+S". */
  readonly keys?: string;
  /** Further words that find it. */
  readonly keywords?: readonly string[];
  run(): void;
}

interface PaletteViewProps {
  readonly items: readonly PaletteItem[];
  readonly onClose: () => void;
}

/** The command palette: a field and everything that it finds; Enter does the chosen one. */
export function PaletteView({ items, onClose }: PaletteViewProps) {
  const [query, setQuery] = useState("");
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className={styles.scrim} />
        <Dialog.Content className={styles.palette} data-testid="palette" aria-describedby={undefined}>
          <Dialog.Title className="hidden-text">Commands</Dialog.Title>
          <Command label="Commands" loop vimBindings={false} filter={score}>
            <div className={styles.head}>
              <Search size={16} strokeWidth={1.8} aria-hidden />
              <Command.Input
                value={query}
                onValueChange={setQuery}
                placeholder="Run a command or add a node"
                autoFocus
              />
              <Keys keys="Esc" />
            </div>
            <Command.List className={styles.list}>
              <Command.Empty className={styles.none}>Nothing is called that</Command.Empty>
              {items.map((item) => (
                <Row key={item.id} item={item} onClose={onClose} />
              ))}
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function score(_id: string, query: string, [label = "", ...keywords]: readonly string[] = []): number {
  return match(query, label, keywords);
}

function Row({ item, onClose }: { readonly item: PaletteItem; readonly onClose: () => void }) {
  const { id, label, icon: Icon, hue, keys, keywords } = item;
  const choose = () => {
    onClose();
    // After the dialog has given the focus back: commands may ask for it.
    requestAnimationFrame(() => item.run());
  };
  return (
    <Command.Item className={styles.item} value={id} keywords={[label, ...(keywords ?? [])]} onSelect={choose}>
      <Icon size={16} strokeWidth={1.8} color={hue} aria-hidden />
      <span className={styles.label}>{label}</span>
      {keys !== undefined && <Keys keys={keys} />}
    </Command.Item>
  );
}
