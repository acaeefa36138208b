import type { CallInput } from "../../../shared/contract.ts";

/** What the person chose in the export row. */
export interface ExportChoice {
  readonly format: "png-8" | "png-16" | "jpeg" | "webp";
  readonly embedWorkflow: boolean;
}

export const exportFormats: readonly { readonly value: ExportChoice["format"]; readonly label: string }[] = [
  { value: "png-8", label: "PNG, 8 bit" },
  { value: "png-16", label: "PNG, 16 bit" },
  { value: "jpeg", label: "JPEG" },
  { value: "webp", label: "WebP" },
];

interface Picture {
  readonly document: string;
  readonly node: string;
  /** Number of the sample in its batch. */
  readonly index: number;
  readonly suggestedName: string;
}

/** The request that writes a picture as chosen. */
export function exportRequest(picture: Picture, { format, embedWorkflow }: ExportChoice): CallInput<"image.export"> {
  const [container, bits] = format.split("-");
  return {
    ...picture,
    format: container as CallInput<"image.export">["format"],
    bitDepth: bits === "16" ? 16 : 8,
    embedWorkflow,
  };
}
