import { expect, test } from "vitest";
import { chordOf, type KeyPress } from "./chord.ts";

/** A key by what its layout gives and where it is, after its modifiers: "Ctrl Shift я KeyZ". */
function chord(text: string, more: Partial<KeyPress> = {}): string | null {
  const parts = text.split(" ");
  const [key = "", code = ""] = parts.slice(-2);
  return chordOf({
    key: key.replace("␣", " "),
    code,
    ctrlKey: parts.includes("Ctrl"),
    metaKey: parts.includes("Meta"),
    shiftKey: parts.includes("Shift"),
    altKey: parts.includes("Alt"),
    isComposing: false,
    ...more,
  });
}

test.each([
  ["US", "Ctrl z KeyZ", "Ctrl+Z"],
  ["US", "Ctrl Shift Z KeyZ", "Ctrl+Shift+Z"],
  ["US", "Ctrl . Period", "Ctrl+."],
  ["US", "Ctrl Shift + Equal", "Ctrl+="],
  ["US", "Shift ␣ Space", "Shift+Space"],
  ["US", "Shift ? Slash", "?"],
  ["US, number block", "Ctrl 0 Numpad0", "Ctrl+0"],
  ["macOS", "Meta z KeyZ", "Ctrl+Z"],
  ["macOS, Option", "Alt ç KeyC", "Alt+C"],
  ["macOS, Option", "Alt Shift ◊ KeyV", "Alt+Shift+V"],
  ["Dvorak", "Ctrl z Slash", "Ctrl+Z"],
  ["Dvorak", "Ctrl ; KeyZ", "Ctrl+;"],
  ["Dvorak", "Ctrl s Semicolon", "Ctrl+S"],
  ["AZERTY", "Ctrl z KeyW", "Ctrl+Z"],
  ["AZERTY", "Ctrl a KeyQ", "Ctrl+A"],
  ["AZERTY", "Ctrl à Digit0", "Ctrl+0"],
  ["AZERTY", "Ctrl Shift 0 Digit0", "Ctrl+0"],
  ["AZERTY", "Ctrl - Digit6", "Ctrl+-"],
  ["AZERTY", "Ctrl Shift . Comma", "Ctrl+."],
  ["AZERTY", "Ctrl ù Quote", "Ctrl+Ù"],
  ["QWERTZ", "Ctrl z KeyY", "Ctrl+Z"],
  ["QWERTZ", "Ctrl ö Semicolon", "Ctrl+Ö"],
  ["QWERTZ", "ß Minus", "ß"],
  ["QWERTZ, dead accent", "Ctrl Dead Equal", "Ctrl+="],
  ["Russian", "Ctrl я KeyZ", "Ctrl+Z"],
  ["Russian", "Ctrl Shift Я KeyZ", "Ctrl+Shift+Z"],
  ["Russian", "а KeyF", "F"],
  ["Russian", "Ctrl ю Period", "Ctrl+."],
  ["Russian", "Ctrl . Slash", "Ctrl+."],
  ["Greek", "Ctrl ψ KeyC", "Ctrl+C"],
  ["Hebrew", "Ctrl ז KeyZ", "Ctrl+Z"],
  ["Arabic, two letters on a key", "Ctrl لا KeyB", "Ctrl+B"],
  ["Persian digits", "Ctrl ۰ Digit0", "Ctrl+0"],
  ["Thai", "Ctrl ผ KeyZ", "Ctrl+Z"],
])("%s: %s is %s", (_layout, text, expected) => expect(chord(text)).toBe(expected));

test("named keys and function keys go by their name", () => {
  expect(chord("Enter NumpadEnter")).toBe("Enter");
  expect(chord("Shift F6 F6")).toBe("Shift+F6");
  expect(chord("Alt ArrowLeft ArrowLeft")).toBe("Alt+ArrowLeft");
});

test("modifiers alone, input methods and AltGr characters are no chord", () => {
  expect(chord("Shift Shift ShiftLeft")).toBeNull();
  expect(chord("Ctrl Control ControlLeft")).toBeNull();
  expect(chord("か KeyT", { isComposing: true })).toBeNull();
  expect(chord("Process KeyT", { keyCode: 229 })).toBeNull();
  expect(chord("Ctrl Alt @ KeyQ", { getModifierState: (name) => name === "AltGraph" })).toBeNull();
});
