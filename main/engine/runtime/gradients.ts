import { traced } from "../../../shared/tensor/kernel.ts";
import { type AnyTensor, isFloatTensor, type Tensor } from "../../../shared/tensor/tensor.ts";
import { cotangentName, differentiate, gradientName } from "../grad/differentiate.ts";
import type { OnnxGraph } from "../onnx/document.ts";
import { readModel } from "../onnx/read.ts";
import type { NetworkRequest } from "./batcher.ts";
import type { Session } from "./session.ts";

export interface GradientPorts {
  request(request: NetworkRequest): Promise<Record<string, AnyTensor>>;
  /** The open gradient network of a session, for an output and some inputs. */
  gradient(session: Session, of: string, wrt: readonly string[]): Promise<Session>;
  /** Counts a pass back through a denoising network. */
  countBackward(): void;
}

/** A network's gradient graph; its weights stay in the network's own files. */
export function gradientDocument(
  session: Pick<Session, "path" | "document">,
  of: string,
  wrt: readonly string[],
): OnnxGraph {
  const graph = session.document?.() ?? readModel(session.path);
  return differentiate(graph, { of: [of], wrt, keepsOutputs: false });
}

/**
 * Runs a request and, where any of its inputs is tracked, hangs the network's gradient on the results: the pullback of a
 * result is a request to its gradient network, merged with others that wait at the same time.
 */
export async function tracedRequest(
  request: NetworkRequest,
  ports: GradientPorts,
): Promise<Readonly<Record<string, AnyTensor>>> {
  const results = await ports.request(request);
  const tracked = Object.entries(request.feeds).filter((feed): feed is [string, Tensor] => isTracked(feed[1]));
  if (tracked.length === 0) return results;
  const names = tracked.map(([name]) => name);
  const inputs = tracked.map(([, tensor]) => tensor);
  const linked = Object.entries(results).map(([name, result]): [string, AnyTensor] => {
    if (!isFloatTensor(result)) return [name, result];
    const pullback = async (cotangent: Tensor) => {
      const session = await ports.gradient(request.session, name, names);
      const feeds = { ...request.feeds, [cotangentName(name)]: cotangent };
      if (request.kind === "denoise") ports.countBackward();
      const gradients = await ports.request({ ...request, session, feeds, kind: "gradient" });
      return inputs.map((input, i) => shapedAs(input, gradients[gradientName(names[i])] as Tensor));
    };
    return [name, traced("network", inputs, result, pullback)];
  });
  return Object.fromEntries(linked);
}

function isTracked(tensor: AnyTensor): boolean {
  return isFloatTensor(tensor) && tensor.origin !== undefined;
}

/** One row that served the whole batch gathers the gradients of all. */
function shapedAs(input: Tensor, gradient: Tensor): Tensor {
  if (input.shape[0] === gradient.shape[0]) return gradient;
  const data = new Float32Array(input.data.length);
  gradient.data.forEach((value, i) => {
    data[i % data.length] += value;
  });
  return { data, shape: input.shape };
}
