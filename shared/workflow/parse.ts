import { JsonError, type JsonValue, parseJson } from "./json.ts";
import { type Migration, migrations } from "./migrations.ts";
import { schemaVersion, type Workflow } from "./workflow.ts";

export type Parsed = { readonly workflow: Workflow } | { readonly problem: string };

type Fields = { readonly [field: string]: JsonValue };

/** Reads the text of a document. A problem is one sentence that says where. */
export function parseWorkflow(text: string): Parsed {
  try {
    return validateWorkflow(parseJson(text));
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    return {
      problem: looksLikeMarkup(text) ? "This is a web page, not a workflow." : `This is not JSON: ${error.message}`,
    };
  }
}

function looksLikeMarkup(text: string): boolean {
  return /^\s*<(!doctype|html|\?xml)/i.test(text.slice(0, 200));
}

/** Checks the shape of a document, migrating older versions; fields that are not known stay. */
export function validateWorkflow(
  value: JsonValue,
  steps: readonly Migration[] = migrations,
  current: number = schemaVersion,
): Parsed {
  if (!isObject(value)) return { problem: "A workflow is a JSON object, but this is something else." };
  if (value.fairlead === undefined)
    return { problem: `This is no Fairlead workflow: it has no “fairlead” version.${hint(value)}` };
  const version = value.fairlead;
  if (typeof version !== "number" || !Number.isInteger(version) || version < 1)
    return { problem: "fairlead must be the schema version, a whole number from 1." };
  if (version > current) {
    return {
      problem: `This file was written by a newer version of Fairlead (schema ${version}; this one reads up to ${current}). It was left untouched.`,
    };
  }
  let document: Fields = value;
  for (let at = version; at < current; at++) {
    const step = steps.find((migration) => migration.from === at);
    if (!step) return { problem: `Schema version ${at} cannot be read any more.` };
    document = { ...step.migrate(document), fairlead: at + 1 };
  }
  const problem = refuseDocument(document);
  return problem ? { problem } : { workflow: complete(document) };
}

function hint(value: Fields): string {
  if (Array.isArray(value.nodes) && "links" in value) return " It looks like a ComfyUI workflow.";
  const first = Object.values(value)[0];
  if (isObject(first) && "class_type" in first) return " It looks like a ComfyUI prompt.";
  return "";
}

/** Nodes without parameters get an empty record, so that nothing later has to ask; so do lists that are left out. */
function complete(document: Fields): Workflow {
  const whole = completeGraph(document);
  if (document.subgraphs === undefined) return whole as unknown as Workflow;
  const subgraphs = (document.subgraphs as Fields[]).map((one) => ({
    ...completeGraph(one),
    inputs: one.inputs ?? [],
    outputs: one.outputs ?? [],
    params: one.params ?? [],
  }));
  return { ...whole, subgraphs } as unknown as Workflow;
}

function completeGraph(graph: Fields): Fields {
  const nodes = (graph.nodes as Fields[]).map((node) => (node.params === undefined ? { ...node, params: {} } : node));
  return { ...graph, nodes, edges: graph.edges ?? [] };
}

function refuseDocument(document: Fields): string | null {
  const { name, subgraphs } = document;
  if (name !== undefined && typeof name !== "string") return "name must be text.";
  if (subgraphs !== undefined && !Array.isArray(subgraphs)) return "subgraphs must be a list.";
  return refuseGraph(document, "") ?? firstProblem(subgraphs ?? [], "subgraphs", refuseSubgraph);
}

function refuseGraph({ nodes, edges, groups }: Fields, place: string): string | null {
  if (!Array.isArray(nodes)) return `${place}nodes must be a list.`;
  if (edges !== undefined && !Array.isArray(edges)) return `${place}edges must be a list.`;
  if (groups !== undefined && !Array.isArray(groups)) return `${place}groups must be a list.`;
  return (
    firstProblem(nodes, `${place}nodes`, refuseNode) ??
    firstProblem(edges ?? [], `${place}edges`, refuseEdge) ??
    firstProblem(groups ?? [], `${place}groups`, refuseGroup)
  );
}

function firstProblem(
  list: readonly JsonValue[],
  name: string,
  refuse: (value: JsonValue, place: string) => string | null,
): string | null {
  for (const [i, value] of list.entries()) {
    const problem = refuse(value, `${name}[${i}]`);
    if (problem) return problem;
  }
  return null;
}

function refuseNode(node: JsonValue, place: string): string | null {
  if (!isObject(node)) return `${place} must be an object.`;
  if (typeof node.id !== "string" || node.id === "") return `${place}.id must be text.`;
  const named = `${place} (“${node.id.slice(0, 60)}”)`;
  if (typeof node.type !== "string") return `${named}.type must be text.`;
  if (node.params !== undefined && !isObject(node.params)) return `${named}.params must be an object.`;
  if (node.position !== undefined && !isPoint(node.position)) return `${named}.position must be {x, y} in numbers.`;
  return refuseLook(node, named);
}

function refuseLook({ title, mode, collapsed, pinned, color }: Fields, named: string): string | null {
  if (title !== undefined && typeof title !== "string") return `${named}.title must be text.`;
  if (mode !== undefined && mode !== "bypass" && mode !== "mute") return `${named}.mode must be “bypass” or “mute”.`;
  if (collapsed !== undefined && typeof collapsed !== "boolean") return `${named}.collapsed must be true or false.`;
  if (pinned !== undefined && typeof pinned !== "boolean") return `${named}.pinned must be true or false.`;
  if (color !== undefined && !isColor(color)) return `${named}.color must be a colour like “#3257d6”.`;
  return null;
}

function isColor(value: JsonValue): boolean {
  return typeof value === "string" && /^#[0-9a-f]{6}$/i.test(value);
}

function refuseEdge(edge: JsonValue, place: string): string | null {
  if (!isObject(edge)) return `${place} must be an object.`;
  for (const end of ["from", "to"] as const) {
    if (!isEnd(edge[end])) return `${place}.${end} must be [node, port] in text.`;
  }
  const { via } = edge;
  if (via !== undefined && !(Array.isArray(via) && via.every(isPoint))) return `${place}.via must be a list of {x, y}.`;
  return null;
}

function refuseGroup(group: JsonValue, place: string): string | null {
  if (!isObject(group)) return `${place} must be an object.`;
  if (typeof group.id !== "string") return `${place}.id must be text.`;
  if (typeof group.title !== "string") return `${place}.title must be text.`;
  const wrong = (["x", "y", "width", "height"] as const).find((side) => typeof group[side] !== "number");
  return wrong ? `${place}.${wrong} must be a number.` : null;
}

function refuseSubgraph(subgraph: JsonValue, place: string): string | null {
  if (!isObject(subgraph)) return `${place} must be an object.`;
  if (typeof subgraph.id !== "string" || subgraph.id === "") return `${place}.id must be text.`;
  const named = `${place} (“${subgraph.id.slice(0, 60)}”)`;
  if (typeof subgraph.name !== "string") return `${named}.name must be text.`;
  for (const side of ["inputs", "outputs", "params"] as const) {
    const list = subgraph[side];
    if (list !== undefined && !Array.isArray(list)) return `${named}.${side} must be a list.`;
    const refuse = side === "params" ? refuseSubgraphParam : refuseSubgraphPort;
    const problem = firstProblem(list ?? [], `${named}.${side}`, refuse);
    if (problem) return problem;
  }
  return refuseGraph(subgraph, `${named}.`);
}

function refuseSubgraphPort(port: JsonValue, place: string): string | null {
  const isPort = isObject(port) && typeof port.name === "string" && typeof port.type === "string";
  return isPort ? null : `${place} must have a name and a type in text.`;
}

function refuseSubgraphParam(param: JsonValue, place: string): string | null {
  if (!isObject(param) || typeof param.name !== "string") return `${place}.name must be text.`;
  return isEnd(param.to) ? null : `${place}.to must be [node, parameter] in text.`;
}

function isEnd(value: JsonValue | undefined): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === "string");
}

function isPoint(value: JsonValue): boolean {
  return isObject(value) && typeof value.x === "number" && typeof value.y === "number";
}

function isObject(value: JsonValue | undefined): value is { [key: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
