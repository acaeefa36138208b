import { Command } from "cmdk";
import { Check, Search } from "lucide-react";
import { type KeyboardEvent, useRef, useState } from "react";
import type { Choice } from "../../shared/node/params.ts";
import { Cite } from "../panels/inspector/Cite.tsx";
import { Markdown } from "../panels/inspector/Markdown.tsx";
import { match } from "../panels/palette/match.ts";
import list from "./list.module.css";

/** Lists from this length on have a search field. */
const searched = 8;

interface OptionListProps {
  readonly id: string;
  readonly label: string;
  readonly options: readonly Choice[];
  readonly value: string;
  /** Takes what is typed, too. */
  readonly open: boolean;
  readonly onChoose: (value: string) => void;
}

/**
 * The entries of a choice, searched by name and summary. Where entries have documentation, that of the one under the
 * pointer or the arrow keys stands beside the list; Page Up and Page Down scroll it.
 */
export function OptionList({ id, label, options, value, open, onChoose }: OptionListProps) {
  const [query, setQuery] = useState("");
  const [selected, setSelected] = useState(`=${value}`);
  const text = useRef<HTMLDivElement>(null);
  const entries = useRef<HTMLDivElement>(null);
  const hasSearch = open || options.length >= searched;
  const shown = options.find((option) => `=${option.value}` === selected);
  const isTold = options.some(({ doc }) => doc !== undefined);
  const scroll = (event: KeyboardEvent) => {
    const pages = { PageDown: 1, PageUp: -1 }[event.key];
    if (pages === undefined || text.current === null) return;
    event.preventDefault();
    text.current.scrollBy({ top: pages * text.current.clientHeight * 0.9 });
  };
  return (
    <Command
      label={label}
      value={selected}
      onValueChange={setSelected}
      onKeyDown={scroll}
      filter={(_value, words, [name = "", ...others] = []) => match(words, name, others)}
      tabIndex={-1}
    >
      <div className={hasSearch ? list.search : "hidden-text"}>
        <Search size={14} />
        <Command.Input
          autoFocus
          value={query}
          onValueChange={(words) => {
            setQuery(words);
            // The best answer is the first one.
            requestAnimationFrame(() => entries.current?.scrollTo({ top: 0 }));
          }}
          placeholder={open ? "Search or type" : "Search"}
        />
      </div>
      <div className={isTold ? list.columns : ""}>
        <Command.List ref={entries} className={list.options} id={id}>
          {!open && <Command.Empty className={list.none}>Nothing fits</Command.Empty>}
          {options.map((option) => (
            <Option key={option.value} {...{ option, onChoose }} isChosen={option.value === value} />
          ))}
          <Typed {...{ options, open, onChoose }} text={query.trim()} />
        </Command.List>
        {isTold && (
          <div ref={text} className={list.text} aria-live="polite" data-testid="choice-text">
            {shown !== undefined && <ChoiceText choice={shown} />}
          </div>
        )}
      </div>
    </Command>
  );
}

interface OptionProps extends Pick<OptionListProps, "onChoose"> {
  readonly option: Choice;
  readonly isChosen: boolean;
}

function Option({ option, isChosen, onChoose }: OptionProps) {
  const { value, label, about, doc } = option;
  return (
    <Command.Item
      className={list.option}
      value={`=${value}`}
      keywords={[label ?? value, value, about ?? ""]}
      onSelect={() => onChoose(value)}
    >
      {isChosen ? <Check className={list.chosen} size={14} strokeWidth={2.1} /> : <span />}
      <span>{nameOf(option, value)}</span>
      {about !== undefined && <small className={doc === undefined ? "" : list.line}>{about}</small>}
    </Command.Item>
  );
}

type TypedProps = Pick<OptionListProps, "options" | "open" | "onChoose"> & { readonly text: string };

/** Offers what was typed, where a parameter takes more than its list. */
function Typed({ options, open, onChoose, text }: TypedProps) {
  if (!open || text === "" || options.some((option) => option.value === text)) return null;
  return (
    <Command.Item className={list.option} value={`use ${text}`} forceMount onSelect={() => onChoose(text)}>
      <span />
      <span>Use “{text}”</span>
    </Command.Item>
  );
}

/** All that is known about one entry. */
function ChoiceText({ choice }: { readonly choice: Choice }) {
  const { value, about, doc, cites } = choice;
  return (
    <>
      <h4>
        {nameOf(choice, value)} <code className="mono">{value}</code>
      </h4>
      {about !== undefined && <p>{about}</p>}
      {doc !== undefined && <Markdown text={doc} />}
      {cites?.map((cite) => (
        <Cite key={cite.id + (cite.where ?? "")} cite={cite} />
      ))}
    </>
  );
}

/** What an entry is called; the empty value without a name is the automatic one. */
export function nameOf(option: Choice | undefined, value: unknown): string {
  return option?.label ?? (String(value ?? "") || "Automatic");
}
