import type { LibraryEntry } from "../../shared/library.ts";
import type { NodeDescription } from "../../shared/node/describe.ts";
import type { WireType } from "../../shared/node/wires.ts";
import type { Diagnostic } from "../../shared/plan.ts";
import type { End, Workflow, WorkflowNode } from "../../shared/workflow/workflow.ts";
import { canTake, leadsTo, placeOf } from "./connect.ts";
import { findMissing } from "./missingModels.ts";

type Catalog = ReadonlyMap<string, NodeDescription>;

/** A way out of a problem that needs no further choice. */
export type Fix =
  | { readonly kind: "connect"; readonly label: string; readonly from: End; readonly to: End }
  | { readonly kind: "add"; readonly label: string; readonly type: string; readonly output: string; readonly to: End }
  | { readonly kind: "show"; readonly label: string; readonly type: string; readonly input: string; readonly from: End }
  | { readonly kind: "disconnect"; readonly label: string; readonly to: End }
  | { readonly kind: "end-bypass"; readonly label: string; readonly node: string }
  | { readonly kind: "replace"; readonly label: string; readonly node: string }
  | { readonly kind: "drop-param"; readonly label: string; readonly node: string; readonly param: string }
  | {
      readonly kind: "use-model";
      readonly label: string;
      readonly node: string;
      readonly param: string;
      readonly model: string;
    }
  | { readonly kind: "reset"; readonly label: string; readonly node: string; readonly param: string };

/**
 * The obvious way out of a problem, from the document and the models of the library; null where there is none or more than
 * one.
 */
export function fixOf(
  problem: Diagnostic,
  workflow: Workflow,
  catalog: Catalog,
  library: readonly LibraryEntry[] = [],
): Fix | null {
  const { node: id, port, severity } = problem;
  if (id === null) return severity === "error" ? fixNothingShown(workflow, catalog) : null;
  const node = workflow.nodes.find((one) => one.id === id);
  if (node === undefined) return null;
  const kind = catalog.get(node.type);
  if (kind === undefined) return { kind: "replace", label: "Replace it", node: id };
  if (port === null) return null;
  const links = workflow.edges.filter(({ to }) => to[0] === id && to[1] === port);
  if (Object.hasOwn(kind.inputs, port) && links.length === 0) return fixFree(workflow, catalog, [id, port]);
  if (links.length > 0) return fixLinked(workflow, catalog, node, port);
  if (kind.params[port]?.kind === "file" && severity === "error") return fixFile(workflow, node, port, library);
  if (Object.hasOwn(kind.params, port)) return fixParam(node, kind, port, severity);
  return Object.hasOwn(node.params, port) ? { kind: "drop-param", label: "Remove it", node: id, param: port } : null;
}

/** A run of nothing: where one image goes nowhere visible, it can be shown. */
function fixNothingShown(workflow: Workflow, catalog: Catalog): Fix | null {
  const hasEffect = workflow.nodes.some(({ type }) => catalog.get(type)?.effect !== undefined);
  const images = outputsOf(workflow, catalog).filter(({ wire }) => wire === "image");
  if (hasEffect || images.length !== 1 || !catalog.has("image/preview")) return null;
  return { kind: "show", label: "Show the image", type: "image/preview", input: "image", from: images[0]!.end };
}

/** An input without a link: the only output of its type, or a new node that gives one where there is none. */
function fixFree(workflow: Workflow, catalog: Catalog, to: End): Fix | null {
  const kind = catalog.get(workflow.nodes.find(({ id }) => id === to[0])?.type ?? "");
  const wire = placeOf(kind, to[1])?.takes[0];
  if (wire === undefined) return null;
  const fitting = onlySources(workflow, catalog, to, wire);
  if (fitting.length === 1) {
    const [{ end, title }] = fitting as [Source];
    return { kind: "connect", label: `Connect ${title}`, from: end, to };
  }
  const giver = fitting.length === 0 ? giverOf(catalog, wire) : null;
  return giver && { kind: "add", label: `Add ${giver.title}`, type: giver.type, output: giver.output, to };
}

/** Outputs of a type that could feed an input without a loop, apart from those of its own node. */
export function onlySources(workflow: Workflow, catalog: Catalog, to: End, wire: WireType): readonly Source[] {
  const same = outputsOf(workflow, catalog).filter((one) => one.wire === wire && one.end[0] !== to[0]);
  return same.filter(({ end }) => !leadsTo(workflow, to[0], end[0]));
}

function fixLinked(workflow: Workflow, catalog: Catalog, node: WorkflowNode, port: string): Fix | null {
  const links = workflow.edges.filter(({ to }) => to[0] === node.id && to[1] === port);
  const source = workflow.nodes.find(({ id }) => id === links[0]?.from[0]);
  if (source?.mode === "bypass") return { kind: "end-bypass", label: "End the bypass", node: source.id };
  const wire = catalog.get(source?.type ?? "")?.outputs[links[0]?.from[1] ?? ""]?.wire;
  const isMisfit = wire === undefined || !canTake(catalog.get(node.type), port, wire);
  const label = links.length === 1 ? "Remove the link" : "Remove the links";
  return isMisfit ? { kind: "disconnect", label, to: [node.id, port] } : null;
}

/** A model that is not where the document says, but in the library. */
function fixFile(workflow: Workflow, node: WorkflowNode, port: string, library: readonly LibraryEntry[]): Fix | null {
  const found = findMissing(workflow, node.type, String(node.params[port] ?? ""), library);
  const place = found?.path.split(/[\\/]/).at(-2);
  return (
    found && {
      kind: "use-model",
      label: `Replace by ${place}/${found.name}`,
      node: node.id,
      param: port,
      model: found.id,
    }
  );
}

function fixParam(
  node: WorkflowNode,
  kind: NodeDescription,
  port: string,
  severity: Diagnostic["severity"],
): Fix | null {
  const param = kind.params[port];
  // A warning is about a value that was meant.
  if (param === undefined || severity !== "error" || param.kind === "components") return null;
  if (!Object.hasOwn(node.params, port) || node.params[port] === param.default) return null;
  const shown = typeof param.default === "number" || typeof param.default === "boolean" ? ` ${param.default}` : "";
  return { kind: "reset", label: shown === "" ? "Use the default" : `Set to${shown}`, node: node.id, param: port };
}

export interface Source {
  readonly end: End;
  readonly wire: WireType;
  readonly title: string;
}

function outputsOf({ nodes }: Workflow, catalog: Catalog): readonly Source[] {
  return nodes.flatMap(({ id, type, title }) =>
    Object.entries(catalog.get(type)?.outputs ?? {}).map(([name, { wire }]) => ({
      end: [id, name] as const,
      wire,
      title: title ?? catalog.get(type)?.title ?? type,
    })),
  );
}

/** What people expect where several kinds of node give a type. */
const usual: Partial<Record<WireType, string>> = {
  model: "model/load",
  conditioning: "text/encode",
  denoiser: "denoiser/condition",
  noise: "noise/gaussian",
  latent: "latent/empty",
  image: "image/load",
  mask: "mask/load",
  tensor: "tensor/load",
  sigmas: "sigmas/schedule",
  curve: "curve/draw",
  number: "number/value",
  text: "text/prompt",
};

function giverOf(catalog: Catalog, wire: WireType): { type: string; title: string; output: string } | null {
  const kind = catalog.get(usual[wire] ?? "");
  const output = Object.entries(kind?.outputs ?? {}).find(([, port]) => port.wire === wire)?.[0];
  return kind === undefined || output === undefined ? null : { type: kind.type, title: kind.title, output };
}
