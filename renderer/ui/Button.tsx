import type { LucideIcon } from "lucide-react";
import { Tooltip } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";
import { Keys } from "./Keys.tsx";
import styles from "./ui.module.css";

interface ButtonProps extends ComponentProps<"button"> {
  readonly kind?: "plain" | "primary" | "danger" | "ghost";
  readonly small?: boolean;
  readonly icon?: LucideIcon;
}

/** A button with a verb on it. */
export function Button({ kind = "plain", small = false, icon: Icon, children, className = "", ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={`${styles.button} ${styles[kind]} ${small ? styles.small : ""} ${className}`}
      {...rest}
    >
      {Icon !== undefined && <Icon size={14} strokeWidth={2.1} aria-hidden />}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ComponentProps<"button">, "children"> {
  /** What it does; shown as the tooltip. */
  readonly label: string;
  /** Shortcut in the tooltip: "Ctrl+K". */
  readonly keys?: string | undefined;
  readonly icon: LucideIcon;
  /** Pixels of the icon. */
  readonly size?: number;
  readonly active?: boolean;
  readonly side?: "top" | "right" | "bottom" | "left";
}

/** An icon that acts, with its name and shortcut in a tooltip. */
export function IconButton(props: IconButtonProps) {
  const { label, keys, icon: Icon, size = 16, active = false, side = "bottom", className = "", ...rest } = props;
  return (
    <Hint text={label} keys={keys} side={side}>
      <button
        type="button"
        aria-label={label}
        className={`${styles.iconButton} ${active ? styles.active : ""} ${className}`}
        {...rest}
      >
        <Icon size={size} strokeWidth={size <= 14 ? 2.1 : 1.8} aria-hidden />
      </button>
    </Hint>
  );
}

interface HintProps {
  readonly text: ReactNode;
  readonly keys?: string | undefined;
  readonly side?: "top" | "right" | "bottom" | "left";
  readonly children: ReactNode;
}

/** A tooltip around one element. */
export function Hint({ text, keys, side = "bottom", children }: HintProps) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content className={styles.tooltip} side={side} sideOffset={6} collisionPadding={8}>
          <span>{text}</span>
          {keys !== undefined && <Keys keys={keys} />}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
