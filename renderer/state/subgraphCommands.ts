import { type Command, command } from "./command.ts";
import { activeDocument } from "./documents.ts";
import { keepSubgraph } from "./library.ts";
import {
  enter,
  leave,
  makeUnique,
  packable,
  packSelection,
  selectedInstances,
  unpackSelection,
  usesOf,
} from "./subgraphs.ts";

const hasPackable = () => packable().length > 0;
const hasInstance = () => selectedInstances().length > 0;
const hasOneInstance = () => activeDocument()?.selection.length === 1 && hasInstance();
const hasShared = () => selectedInstances().some(({ type }) => usesOf(type) > 1);
const isInside = () => (activeDocument()?.inside.length ?? 0) > 0;

function enterSelected(): void {
  const [instance] = selectedInstances();
  if (instance !== undefined) enter(instance.id);
}

/** What is done with subgraphs as a whole. */
export const subgraphCommands: readonly Command[] = [
  command("pack", "Make subgraph", "package", ["Ctrl+G"], packSelection, hasPackable),
  command("unpack", "Unpack subgraph", "package-open", ["Ctrl+Shift+G"], unpackSelection, hasInstance),
  command("enter-subgraph", "Open subgraph", "log-in", ["Enter"], enterSelected, hasOneInstance),
  command("leave-subgraph", "Leave subgraph", "corner-left-up", ["Escape"], () => leave(), isInside),
  command("keep-subgraph", "Save subgraph to the library", "library", [], () => void keepSubgraph(), hasOneInstance),
  command("make-unique", "Make subgraph unique", "copy-check", [], makeUnique, hasShared),
];
