import { changeSettings, useSettings } from "./settings.ts";

/** Shortcuts as the program comes, by command: "Ctrl+Shift+Z". Commands put theirs here when they are made. */
const standard = new Map<string, readonly string[]>();

/** Notes the shortcuts that a command has before a person changes them. */
export function declareKeys(id: string, keys: readonly string[]): void {
  standard.set(id, keys);
}

type Own = Readonly<Record<string, readonly string[]>>;

function current(own: Own, id: string): readonly string[] {
  return own[id] ?? standard.get(id) ?? [];
}

/** The shortcuts of a command as they are now; the first is shown. */
export function keysOf(id: string): readonly string[] {
  return current(useSettings.getState().keys, id);
}

/** The shortcuts to show beside commands, for components: they follow when a person changes one. */
export function useKeys(): (id: string) => string | undefined {
  const own = useSettings(({ keys }) => keys);
  return (id) => current(own, id)[0];
}

/** Whether a person changed the shortcut of a command, or of any. */
export function isOwn(id?: string): boolean {
  const { keys } = useSettings.getState();
  return id === undefined ? Object.keys(keys).length > 0 : Object.hasOwn(keys, id);
}

/** The command that a chord belongs to now, other than `except`. */
export function ownerOf(chord: string, except: string): string | undefined {
  return [...standard.keys()].find((id) => id !== except && keysOf(id).includes(chord));
}

/** Gives a command one shortcut, or none, in place of all it had. Who had the chord before loses it. */
export async function bind(id: string, chord: string | null): Promise<void> {
  const { keys } = useSettings.getState();
  const owner = chord === null ? undefined : ownerOf(chord, id);
  const lost = owner === undefined ? {} : { [owner]: keysOf(owner).filter((one) => one !== chord) };
  await keep({ ...keys, ...lost, [id]: chord === null ? [] : [chord] });
}

/**
 * Gives a command its standard shortcuts back, or all commands theirs. Of one command, those that another command has
 * been given meanwhile stay there.
 */
export async function resetKeys(id?: string): Promise<void> {
  if (id === undefined) return changeSettings({ keys: {} });
  const free = (standard.get(id) ?? []).filter((chord) => ownerOf(chord, id) === undefined);
  await keep({ ...useSettings.getState().keys, [id]: free });
}

/** Entries that say what holds anyway are left out, so that a later version may change its standard. */
function keep(own: Own): Promise<void> {
  const entries = Object.entries(own).filter(([id, keys]) => keys.join(" ") !== (standard.get(id) ?? []).join(" "));
  return changeSettings({ keys: Object.fromEntries(entries.map(([id, keys]) => [id, [...keys]])) });
}

/** Keys without which the window could not be used: a sentence for those, null for all others. */
export function refuseChord(chord: string): string | null {
  const fixed: Readonly<Record<string, string>> = {
    Escape: "Escape closes what is open and stays so.",
    Enter: "Enter presses buttons and stays so.",
    Tab: "Tab walks from field to field and stays so.",
    "Shift+Tab": "Shift Tab walks from field to field and stays so.",
    ArrowUp: "The arrow keys walk and stay so.",
    ArrowDown: "The arrow keys walk and stay so.",
    ArrowLeft: "The arrow keys walk and stay so.",
    ArrowRight: "The arrow keys walk and stay so.",
  };
  return fixed[chord] ?? null;
}
