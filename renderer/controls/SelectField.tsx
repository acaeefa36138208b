import { Command } from "cmdk";
import { Check, ChevronDown, Search } from "lucide-react";
import { Popover } from "radix-ui";
import { useState } from "react";
import type { Choice, SelectParam } from "../../shared/node/params.ts";
import { isolated } from "../ui/isolated.ts";
import styles from "./controls.module.css";
import { type FieldProps, fieldAttributes, newGesture } from "./field.ts";
import list from "./list.module.css";

/** Lists from this length on have a search field. */
const searched = 8;

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
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger
        className={styles.field}
        {...fieldAttributes(props)}
        aria-haspopup="listbox"
        role="combobox"
        aria-expanded={isOpen}
        aria-controls={`list-${props.node}-${props.name}`}
        title={param.about}
      >
        {compact && <span className={styles.label}>{label}</span>}
        <span className={`${styles.value} ${compact ? "" : styles.start}`}>{nameOf(current, value)}</span>
        <ChevronDown className={styles.chevron} size={12} strokeWidth={2.1} />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className={`${list.list} nowheel`}
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

interface OptionListProps {
  readonly id: string;
  readonly label: string;
  readonly options: readonly Choice[];
  readonly value: string;
  readonly open: boolean;
  readonly onChoose: (value: string) => void;
}

function OptionList({ id, label, options, value, open, onChoose }: OptionListProps) {
  const [query, setQuery] = useState("");
  const [selected, setSelected] = useState(`=${value}`);
  const hasSearch = open || options.length >= searched;
  const typed = query.trim();
  return (
    <Command label={label} value={selected} onValueChange={setSelected} tabIndex={-1}>
      <div className={hasSearch ? list.search : "hidden-text"}>
        <Search size={14} />
        <Command.Input
          autoFocus
          value={query}
          onValueChange={setQuery}
          placeholder={open ? "Search or type" : "Search"}
        />
      </div>
      <Command.List className={list.options} id={id}>
        {!open && <Command.Empty className={list.none}>Nothing fits</Command.Empty>}
        {options.map((option) => (
          <Command.Item
            key={option.value}
            className={list.option}
            value={`=${option.value}`}
            keywords={[option.label ?? option.value, option.about ?? ""]}
            onSelect={() => onChoose(option.value)}
          >
            {option.value === value ? <Check className={list.chosen} size={14} strokeWidth={2.1} /> : <span />}
            <span>{nameOf(option, option.value)}</span>
            {option.about !== undefined && <small>{option.about}</small>}
          </Command.Item>
        ))}
        {open && typed !== "" && !options.some((option) => option.value === typed) && (
          <Command.Item className={list.option} value={`use ${typed}`} forceMount onSelect={() => onChoose(typed)}>
            <span />
            <span>Use “{typed}”</span>
          </Command.Item>
        )}
      </Command.List>
    </Command>
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

function nameOf(option: Choice | undefined, value: unknown): string {
  return option?.label ?? (String(value ?? "") || "Automatic");
}
