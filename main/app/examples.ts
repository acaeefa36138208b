import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { documentName, workflowExtension } from "./documentName.ts";

const welcomeFile = `hello${workflowExtension}`;

/** Text of the workflow that a new window shows. */
export async function readWelcome(folder: string): Promise<string> {
  return readFile(join(folder, welcomeFile), "utf8");
}

/** The workflows that come with the app, the welcome workflow first. `about` is their own field of that name. */
export async function readExamples(folder: string): Promise<{ name: string; about: string; text: string }[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith(workflowExtension)).sort();
  const ordered = [...files.filter((name) => name === welcomeFile), ...files.filter((name) => name !== welcomeFile)];
  return Promise.all(
    ordered.map(async (file) => {
      const text = await readFile(join(folder, file), "utf8");
      const { name, about } = JSON.parse(text) as { name?: unknown; about?: unknown };
      return {
        name: typeof name === "string" ? name : documentName(file),
        about: typeof about === "string" ? about : "",
        text,
      };
    }),
  );
}
