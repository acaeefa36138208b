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

/** Copies a curve as JSON text, and takes one from the clipboard. */
export function CopyPaste({ value, onPaste }: CopyPasteProps) {
  const copy = async () => {
    copied = JSON.stringify(value);
    await navigator.clipboard.writeText(copied).catch(() => {});
  };
  const paste = async () => {
    const curve = readCurve(await navigator.clipboard.readText().catch(() => copied));
    if (curve === null) showToast({ kind: "info", text: "The clipboard holds no curve." });
    else onPaste(curve);
  };
  return (
    <>
      <IconButton icon={Copy} label="Copy the curve" onClick={() => void copy()} />
      <IconButton icon={ClipboardPaste} label="Paste a curve" onClick={() => void paste()} />
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
