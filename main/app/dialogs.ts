import { type BrowserWindow, dialog, type FileFilter } from "electron";

/** Kinds of files that a person is asked for. */
export type FileKind = "workflow" | "image" | "npy" | "onnx" | "checkpoint" | "png" | "jpeg" | "webp" | "svg" | "csv";

/** The system's file dialogs. Each answers an absolute path, or null when the person thinks better of it. */
export interface Dialogs {
  open(kind: FileKind): Promise<string | null>;
  openFolder(): Promise<string | null>;
  save(suggestedName: string, kind: FileKind): Promise<string | null>;
}

export function createDialogs(parent: () => BrowserWindow): Dialogs {
  return {
    async open(kind) {
      const filters = kind === "workflow" ? [carriers, ...filtersOf(kind)] : filtersOf(kind);
      const { canceled, filePaths } = await dialog.showOpenDialog(parent(), { filters, properties: ["openFile"] });
      return canceled ? null : (filePaths[0] ?? null);
    },
    async openFolder() {
      const { canceled, filePaths } = await dialog.showOpenDialog(parent(), { properties: ["openDirectory"] });
      return canceled ? null : (filePaths[0] ?? null);
    },
    async save(suggestedName, kind) {
      const options = { defaultPath: suggestedName, filters: filtersOf(kind) };
      const { canceled, filePath } = await dialog.showSaveDialog(parent(), options);
      return canceled || !filePath ? null : filePath;
    },
  };
}

const carriers: FileFilter = {
  name: "Workflows and pictures that carry one",
  extensions: ["json", "png", "webp", "jpg", "jpeg"],
};

const byKind: Readonly<Record<FileKind, FileFilter>> = {
  workflow: { name: "Fairlead workflow", extensions: ["json"] },
  image: { name: "Pictures", extensions: ["png", "jpg", "jpeg", "webp"] },
  npy: { name: "NumPy arrays", extensions: ["npy"] },
  onnx: { name: "ONNX networks", extensions: ["onnx"] },
  checkpoint: { name: "Checkpoints", extensions: ["safetensors"] },
  png: { name: "PNG", extensions: ["png"] },
  jpeg: { name: "JPEG", extensions: ["jpg", "jpeg"] },
  webp: { name: "WebP", extensions: ["webp"] },
  svg: { name: "SVG", extensions: ["svg"] },
  csv: { name: "CSV", extensions: ["csv"] },
};

function filtersOf(kind: FileKind): FileFilter[] {
  return [byKind[kind], { name: "All files", extensions: ["*"] }];
}
