import type { Workflow } from "./workflow.ts";
import { writeJson } from "./writeJson.ts";

/** The text of a document as it is saved: one node or edge a line, so that versions can be compared by line. */
export function serializeWorkflow(workflow: Workflow): string {
  return `${writeJson(workflow, { indent: 2, lineLevels: 2 })}\n`;
}

/** The text of a document as pictures carry it: one line of ASCII. */
export function embedWorkflow(workflow: Workflow): string {
  return writeJson(workflow, { ascii: true });
}
