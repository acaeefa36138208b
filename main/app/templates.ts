import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { CallInput, Example } from "../../shared/contract.ts";
import { writeAtomic } from "../engine/files/atomic.ts";
import { documentName, refuseDocumentName, workflowExtension } from "./documentName.ts";
import { Failure } from "./failure.ts";

const welcomeFile = `hello${workflowExtension}`;

/** Text of the workflow that a new window shows. */
export async function readWelcome(folder: string): Promise<string> {
  return readFile(join(folder, welcomeFile), "utf8");
}

/** Workflows to start from. */
export interface Templates {
  /** Those that come with the app, the welcome workflow first, then the person's own. */
  list(): Promise<Example[]>;
  /** Keeps a template of the person's own, in place of one of the same name. */
  save(template: CallInput<"template.save">): Promise<void>;
  /** Removes one of the person's own; none of that name is no error. */
  remove(name: string): Promise<void>;
}

/** Templates from the app's `assets` and the folder of the person's own, which need not exist yet. */
export function createTemplates(assets: string, own: string): Templates {
  const fileOf = (name: string): string => {
    const file = join(own, name + workflowExtension);
    const problem = name.trim() === "" ? "A template needs a name." : refuseDocumentName(name + workflowExtension);
    if (problem !== null || /[/\\]/.test(name)) throw new Failure("refused", problem ?? "A name has no slashes.");
    return file;
  };
  return {
    async list() {
      const ours = await readFolder(join(assets, "workflows"), join(assets, "thumbnails"), false);
      return [...ours, ...(await readFolder(own, own, true))];
    },
    async save({ name, text, thumbnail }) {
      const file = fileOf(name);
      if (thumbnail === null) await rm(thumbnailOf(file, own), { force: true });
      else await writeAtomic(thumbnailOf(file, own), thumbnail);
      await writeAtomic(file, text);
    },
    async remove(name) {
      const file = fileOf(name);
      await rm(file, { force: true });
      await rm(thumbnailOf(file, own), { force: true });
    },
  };
}

/** The templates of a folder, the welcome workflow first. A file that is none is left out. */
async function readFolder(folder: string, thumbnails: string, isOwn: boolean): Promise<Example[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const files = names.filter((name) => name.endsWith(workflowExtension)).sort();
  const ordered = [...files.filter((name) => name === welcomeFile), ...files.filter((name) => name !== welcomeFile)];
  const templates = await Promise.all(ordered.map((file) => readTemplate(join(folder, file), thumbnails, isOwn)));
  return templates.filter((template) => template !== null);
}

/** `about` is the workflow's own field of that name; the name of a person's template is that of its file. */
async function readTemplate(file: string, thumbnails: string, isOwn: boolean): Promise<Example | null> {
  try {
    const text = await readFile(file, "utf8");
    const { name, about } = JSON.parse(text) as { name?: unknown; about?: unknown };
    return {
      name: typeof name === "string" && !isOwn ? name : documentName(file),
      about: typeof about === "string" ? about : "",
      text,
      thumbnail: await readFile(thumbnailOf(file, thumbnails)).catch(() => null),
      isOwn,
    };
  } catch {
    return null;
  }
}

function thumbnailOf(file: string, folder: string): string {
  return join(folder, `${documentName(file)}.webp`);
}
