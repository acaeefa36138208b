import { ClipboardPaste, Copy } from "lucide-react";
import { type CurveValue, isCurveValue, refuseCurve } from "../../shared/curves/curveValue.ts";
import { IconButton } from "../ui/Button.tsx";
import { showToast } from "../ui/toasts.ts";

/** What was copied last, for pages that may write to the clipboard but not read it. */
let copied = "";

interface CopyPasteProps {
  readonly value: CurveValue;
  readonly onPaste: (value: CurveValue) => void;
}

/** Copies a curve as JSON text. */
export async function copyCurve(value: CurveValue): Promise<void> {
  copied = JSON.stringify(value);
  await navigator.clipboard.writeText(copied).catch(() => {});
}

/** Hands the curve of the clipboard on, or tells that there is none. */
export async function pasteCurve(onPaste: (value: CurveValue) => void): Promise<void> {
  const curve = readCurve(await navigator.clipboard.readText().catch(() => copied));
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
