import { ArrowUp10, Check, ChevronDown, Lock, type LucideIcon, Shuffle } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { SeedParam } from "../../shared/node/params.ts";
import { isolated } from "../ui/isolated.ts";
import { showToast } from "../ui/toasts.ts";
import styles from "./controls.module.css";
import { type FieldProps, fieldAttributes, newGesture } from "./field.ts";
import list from "./list.module.css";
import { highestSeed, readSeed } from "./readValue.ts";
import { useTyping } from "./useTyping.ts";

export interface SeedFieldProps extends FieldProps<SeedParam> {
  readonly mode?: string | undefined;
  readonly onModeChange?: ((mode: string, gesture: string) => void) | undefined;
}

/** A seed with all its 64 bits, and what happens to it between runs. */
export function SeedField(props: SeedFieldProps) {
  const { param, value, compact, label, mode, onModeChange, onChange } = props;
  const { text, attributes } = useTyping({
    shown: String(value ?? param.default),
    commit: (typed) => {
      const seed = readSeed(typed);
      if (seed !== null) onChange(seed, newGesture());
      else if (typed.trim() !== "")
        showToast({ kind: "info", text: `“${typed}” is no seed. Seeds are whole numbers from 0 to ${highestSeed}.` });
    },
  });
  return (
    <div className={styles.line}>
      <label className={`${styles.field} ${text !== null && readSeed(text) === null ? styles.wrong : ""}`}>
        {compact && <span className={styles.label}>{label}</span>}
        <input
          className={`${styles.value} number`}
          {...fieldAttributes(props)}
          inputMode="numeric"
          title={param.about}
          {...attributes}
        />
      </label>
      {mode !== undefined && onModeChange !== undefined && (
        <ModeMenu mode={mode} onChange={(next) => onModeChange(next, newGesture())} />
      )}
    </div>
  );
}

const modes: readonly (readonly [mode: string, label: string, icon: LucideIcon, about: string])[] = [
  ["fixed", "Fixed", Lock, "Every run uses this seed."],
  ["random", "Random", Shuffle, "Every run draws a new seed."],
  ["increment", "Increment", ArrowUp10, "Every run uses the next seed."],
];

function ModeMenu({ mode, onChange }: { readonly mode: string; readonly onChange: (mode: string) => void }) {
  const [, label, Icon] = modes.find(([name]) => name === mode) ?? modes[0]!;
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className={`${styles.field} ${styles.mode}`} aria-label={`Seed mode: ${label}`}>
        <Icon size={12} strokeWidth={2.1} />
        {label}
        <ChevronDown size={12} strokeWidth={2.1} className={styles.chevron} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content {...isolated} className={list.list} sideOffset={4} align="end" collisionPadding={8}>
          <DropdownMenu.RadioGroup value={mode} onValueChange={onChange}>
            {modes.map(([name, title, ModeIcon, about]) => (
              <DropdownMenu.RadioItem key={name} value={name} className={list.option}>
                <ModeIcon size={14} />
                <span>
                  {title} {name === mode && <Check className={list.chosen} size={12} strokeWidth={2.1} />}
                </span>
                <small>{about}</small>
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
