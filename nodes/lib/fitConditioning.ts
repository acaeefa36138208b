import type { ConditioningTraits, ModelInfo } from "../../shared/model.ts";
import type { NodeProblem } from "../../shared/node/define.ts";

/** What text encoders of a model will give. */
export function encodedBy(model: ModelInfo | undefined): ConditioningTraits | undefined {
  if (!model) return undefined;
  const width = model.context?.encoders ?? 0;
  return { from: model.name, ...(width > 0 ? { width } : {}) };
}

/** A conditioning with channels beside the latent. */
export function shownBeside(
  conditioning: ConditioningTraits | undefined,
  beside: NonNullable<ConditioningTraits["beside"]>,
): ConditioningTraits {
  return { ...conditioning, beside };
}

const channels = {
  inpainting: {
    kind: "an inpainting model",
    reads: "9 channels: latent, mask and masked picture",
    node: "an Inpaint conditioning node",
  },
  "instruct-pix2pix": {
    kind: "an InstructPix2Pix model",
    reads: "8 channels: latent and picture",
    node: "an Edit conditioning node",
  },
} as const;

/** A sentence why the network of a model cannot be asked under a conditioning, as far as both are known; else null. */
export function refuseConditioning(
  model: ModelInfo | undefined,
  conditioning: ConditioningTraits | undefined,
): string | null {
  if (!model || !conditioning || model.labels) return null;
  const { width, from, beside } = conditioning;
  const reads = model.context?.network ?? 0;
  if (width !== undefined && reads > 0 && width !== reads) {
    const whose =
      from === undefined || from === model.name ? "This conditioning has" : `The text encoders of ${from} give`;
    return `${whose} ${width} numbers a token, but ${model.name} attends to ${reads}. Encode the text with a model of its kind.`;
  }
  if (model.beside && beside !== model.beside) {
    const { kind, reads: wanted, node } = channels[model.beside];
    return `${model.name} is ${kind}, whose network reads ${wanted}. Send the conditioning through ${node}.`;
  }
  return null;
}

/** Reports while planning conditionings of a port that do not fit a model. */
export function reportConditionings(
  model: ModelInfo | undefined,
  conditionings: readonly (ConditioningTraits | undefined)[],
  port: string,
  problem: (found: NodeProblem) => void,
): void {
  const messages = conditionings.map((one) => refuseConditioning(model, one));
  for (const message of new Set(messages)) if (message) problem({ port, severity: "error", message });
  if (!model || model.beside || model.labels || !conditionings.some((one) => one?.beside)) return;
  const message = `${model.name} reads the latent alone: what the conditioning shows beside it has no effect.`;
  problem({ port, severity: "warning", message });
}
