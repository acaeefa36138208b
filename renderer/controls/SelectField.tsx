import { ChevronDown } from "lucide-react";
import { Popover } from "radix-ui";
import { useState } from "react";
import type { Choice, SelectParam } from "../../shared/node/params.ts";
import { isolated } from "../ui/isolated.ts";
import styles from "./controls.module.css";
import { type FieldProps, fieldAttributes, newGesture } from "./field.ts";
import list from "./list.module.css";
import { nameOf, OptionList } from "./OptionList.tsx";

export interface SelectFieldProps extends FieldProps<SelectParam> {
  /** Values known only now, such as the networks of a folder; they stand before the declared ones. */
  readonly choices?: readonly string[] | undefined;
}

/** A choice from a list that opens below; an open parameter also takes what is typed. */
export function SelectField(props: SelectFieldProps) {
  const { param, value, compact, label, onChange } = props;
  const [isOpen, setOpen] = useState(false);
  const options = allOptions(param, props.choices, value);
  const current = options.find((option) => option.value === value);
  const isTold = options.some(({ doc }) => doc !== undefined);
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger
        className={styles.field}
        {...fieldAttributes(props)}
        aria-haspopup="listbox"
        role="combobox"
        aria-expanded={isOpen}
        aria-controls={`list-${props.node}-${props.name}`}
        title={current?.about ?? param.about}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
          event.preventDefault();
          setOpen(true);
        }}
      >
        {compact && <span className={styles.label}>{label}</span>}
        <span className={`${styles.value} ${compact ? "" : styles.start}`}>{nameOf(current, value)}</span>
        <ChevronDown className={styles.chevron} size={12} strokeWidth={2.1} />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          aria-label={label}
          className={`${list.list} ${isTold ? list.wide : ""} nowheel`}
          sideOffset={4}
          collisionPadding={8}
          align={compact ? "end" : "start"}
          {...isolated}
        >
          <OptionList
            id={`list-${props.node}-${props.name}`}
            label={label}
            options={options}
            value={String(value ?? "")}
            open={param.open === true}
            onChoose={(next) => {
              setOpen(false);
              if (next !== value) onChange(next, newGesture());
            }}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function allOptions(param: SelectParam, choices: readonly string[] | undefined, value: unknown): readonly Choice[] {
  const byValue = new Map<string, Choice>();
  for (const option of param.options) byValue.set(option.value, option);
  for (const choice of choices ?? []) if (!byValue.has(choice)) byValue.set(choice, { value: choice });
  // A value that is not on the list (of a newer version, or typed) is shown, not hidden.
  if (typeof value === "string" && !byValue.has(value)) byValue.set(value, { value });
  return [...byValue.values()];
}
