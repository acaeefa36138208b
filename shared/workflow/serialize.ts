import type { Workflow } from "./workflow.ts";
import { writeJson } from "./writeJson.ts";

/** The text of a document as it is saved: one node or edge a line, so that versions can be compared by line. */
export function serializeWorkflow(workflow: Workflow): string {
  return `${writeJson(workflow, { indent: 2, lineLevels: 2, deeper: { subgraphs: 4 } })}\n`;
}

/** The text of a document as pictures carry it: one line of ASCII, since tEXt holds Latin-1 only and EXIF is safest so. */
export function embeddable(text: string): string {
  const line = text.replace(/\n\s*/g, " ").trim();
  return line.replace(/[\u007f-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
