import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomic } from "../engine/files/atomic.ts";
import { describeFileError } from "../engine/files/fileError.ts";
import { imageSize } from "../engine/files/imageSize.ts";
import { Failure } from "./failure.ts";

/** Keeps pictures that were pasted: documents name files. */
export interface PastedPictures {
  /** Path of a file with these bytes, named by its content. Throws a sentence for what is no picture. */
  keep(picture: Uint8Array): Promise<string>;
}

export function createPastedPictures(folder: string): PastedPictures {
  return {
    async keep(picture) {
      if (imageSize(picture) === null) throw new Failure("refused", "What was pasted is no PNG, JPEG or WebP picture.");
      const path = join(folder, `${createHash("sha256").update(picture).digest("hex").slice(0, 16)}.png`);
      await mkdir(folder, { recursive: true }).catch((error) => {
        throw describeFileError("Making the folder", folder, error);
      });
      await writeAtomic(path, picture);
      return path;
    },
  };
}
