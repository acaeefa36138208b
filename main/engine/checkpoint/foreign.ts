import type { ModelInfo } from "../../../shared/model.ts";
import { CheckpointError } from "./error.ts";

const pickle =
  "is a Python pickle, which can run any program when it is opened. Take the .safetensors version of this model";

const beginsWith = (text: string) => (head: Buffer) => head.subarray(0, text.length).toString("latin1") === text;

/** Files that people take for checkpoints, by how they begin. */
const kinds: readonly (readonly [begins: (head: Buffer) => boolean, sentence: string])[] = [
  [beginsWith("PK\u0003\u0004"), pickle],
  // A protocol number follows; a .safetensors file could begin so by chance, but then a brace opens its header.
  [(head) => head[0] === 0x80 && head[1] >= 2 && head[1] <= 5 && head[8] !== 0x7b, pickle],
  [beginsWith("GGUF"), "is a GGUF file, which is not supported. Take the .safetensors version of this model"],
  [beginsWith("version https://git-lfs"), "is a Git LFS pointer, not the model itself. Download the file behind it"],
  [
    (head) => /^(\ufeff|\u00ef\u00bb\u00bf)?\s*<(!doctype|html|\?xml|!--)/i.test(head.toString("latin1")),
    "is a web page, not a model: the download went wrong. Download it again",
  ],
];

/** Throws a sentence for a file that is something else, by its first bytes. */
export function refuseForeign(head: Buffer, file: string): void {
  const found = kinds.find(([begins]) => begins(head));
  if (found) throw new CheckpointError(`${file} ${found[1]}.`);
}

const named = ({ name, labels }: ModelInfo) => `${name} is a ${labels ? "test bed" : "folder"}`;

/** Why what is done to checkpoint files cannot be done to another model. */
export const folderSentences = {
  parts: (info: ModelInfo) => `${named(info)}, whose parts cannot be replaced. Take a checkpoint file.`,
  lora: (info: ModelInfo) => `${named(info)}, which takes no LoRA. Take a checkpoint file.`,
  merge: (info: ModelInfo) => `${named(info)}, which cannot be merged. Take a checkpoint file.`,
  settings: (info: ModelInfo) => `${named(info)}, which tells its own settings. Take a checkpoint file.`,
  control: (info: ModelInfo) => `${named(info)}, which takes no ControlNet. Take a checkpoint file.`,
} as const;
