import { ClipboardPaste, Copy } from "lucide-react";
import { type CurveValue, isCurveValue, refuseCurve } from "../../shared/curves/curveValue.ts";
import { attempt } from "../state/files.ts";
import { nextPaste } from "../state/pasteEvents.ts";
import { IconButton } from "../ui/Button.tsx";
import { showToast } from "../ui/toasts.ts";

interface CopyPasteProps {
  readonly value: CurveValue;
  readonly onPaste: (value: CurveValue) => void;
}

/** Copies a curve as JSON text. */
export async function copyCurve(value: CurveValue): Promise<void> {
  await attempt(() => navigator.clipboard.writeText(JSON.stringify(value)));
}

/** Hands the curve of the clipboard on, or tells that there is none. */
export async function pasteCurve(onPaste: (value: CurveValue) => void): Promise<void> {
  const pasted = await attempt(nextPaste);
  const curve = readCurve(pasted?.text ?? "");
  if (curve === null) showToast({ kind: "info", text: "The clipboard holds no curve." });
  else onPaste(curve);
}

/** Buttons for both. */
export function CopyPaste({ value, onPaste }: CopyPasteProps) {
  return (
    <>
      <IconButton icon={Copy} label="Copy the curve" keys="Ctrl+C" onClick={() => void copyCurve(value)} />
      <IconButton icon={ClipboardPaste} label="Paste a curve" keys="Ctrl+V" onClick={() => void pasteCurve(onPaste)} />
    </>
  );
}

function readCurve(text: string): CurveValue | null {
  try {
    const value: unknown = JSON.parse(text);
    return isCurveValue(value) && refuseCurve("", value) === null ? value : null;
  } catch {
    return null;
  }
}
