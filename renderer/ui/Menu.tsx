import { ChevronRight, type LucideIcon } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";
import { isolated } from "./isolated.ts";
import styles from "./overlays.module.css";

interface MenuProps {
  /** The button that opens it. */
  readonly trigger: ReactNode;
  readonly align?: "start" | "end";
  readonly onOpen?: () => void;
  readonly children: ReactNode;
}

/** A menu below a button. */
export function Menu({ trigger, align = "end", onOpen, children }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false} onOpenChange={(isOpen) => isOpen && onOpen?.()}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content {...isolated} className={styles.menu} sideOffset={6} align={align} collisionPadding={8}>
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

interface MenuItemProps {
  readonly icon?: LucideIcon | undefined;
  readonly label: string;
  readonly about?: string | undefined;
  readonly keys?: string | undefined;
  readonly disabled?: boolean;
  readonly danger?: boolean;
  readonly onSelect: () => void;
}

/** A row of a menu. */
export function MenuItem({ icon: Icon, label, about, keys, disabled, danger = false, onSelect }: MenuItemProps) {
  return (
    <DropdownMenu.Item
      className={`${styles.item} ${danger ? styles.itemDanger : ""}`}
      disabled={disabled ?? false}
      onSelect={onSelect}
    >
      {Icon === undefined ? <span style={{ width: 14 }} /> : <Icon size={14} strokeWidth={2.1} aria-hidden />}
      <span className={styles.itemText}>
        {label}
        {about !== undefined && <small>{about}</small>}
      </span>
      {keys !== undefined && <span className={styles.itemKeys}>{keys.replaceAll("+", " ")}</span>}
    </DropdownMenu.Item>
  );
}

interface SubMenuProps {
  readonly icon?: LucideIcon | undefined;
  readonly label: string;
  readonly disabled: boolean;
  readonly children: ReactNode;
}

/** A row that opens a menu of its own. */
export function SubMenu({ icon: Icon, label, disabled, children }: SubMenuProps) {
  return (
    <DropdownMenu.Sub>
      <DropdownMenu.SubTrigger className={styles.item} disabled={disabled}>
        {Icon === undefined ? <span style={{ width: 14 }} /> : <Icon size={14} strokeWidth={2.1} aria-hidden />}
        <span className={styles.itemText}>{label}</span>
        <ChevronRight size={14} strokeWidth={2.1} aria-hidden />
      </DropdownMenu.SubTrigger>
      <DropdownMenu.Portal>
        <DropdownMenu.SubContent {...isolated} className={styles.menu} sideOffset={6} collisionPadding={8}>
          {children}
        </DropdownMenu.SubContent>
      </DropdownMenu.Portal>
    </DropdownMenu.Sub>
  );
}

/** A line between groups of rows. */
export function MenuSeparator() {
  return <DropdownMenu.Separator className={styles.separator} />;
}
