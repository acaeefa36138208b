import { add, full } from "../../../shared/tensor/index.ts";
import type { AnyTensor, Tensor } from "../../../shared/tensor/tensor.ts";
import { cotangentName, gradientName } from "../grad/differentiate.ts";
import { type Segment, segmentsOf } from "../grad/segments.ts";
import type { OnnxGraph } from "../onnx/document.ts";
import type { InputShapes } from "../onnx/liveness.ts";
import { callBytes } from "./footprint.ts";
import type { Session } from "./session.ts";
import { type OpenPart, portsOf, runParts, shapesOf } from "./splitSession.ts";

type Feeds = Readonly<Record<string, AnyTensor>>;

export interface GradientNetwork {
  readonly path: string;
  readonly label: string;
  /** The network itself. */
  network(): OnnxGraph;
  /** Its gradient graph. */
  gradient(): OnnxGraph;
  readonly of: string;
  readonly wrt: readonly string[];
  /** Bytes of values that there is memory for beside the network's weights. */
  room(): number;
  /** Opens the whole gradient graph. */
  whole(): Promise<Session>;
  open: OpenPart;
}

/** More segments than this save little: what is kept between them grows. */
const mostSegments = 32;

/** Segments that a gradient is cut into: 1 where the values of the whole have room. */
export function segmentCount(wholeBytes: number, room: number): number {
  if (wholeBytes <= room) return 1;
  return Math.max(2, Math.min(mostSegments, Math.ceil((2 * wholeBytes) / Math.max(1, room))));
}

/**
 * A gradient network that keeps all values of the forward pass where there is memory for them, and otherwise only those
 * between segments of the network, computing the others again. Decided for each size of inputs.
 */
export function segmentedGradient(about: GradientNetwork): Session {
  const document = about.gradient();
  const plans = new Map<string, readonly Segment[] | null>();
  const planFor = (shapes: InputShapes) => {
    const key = JSON.stringify(shapes);
    let plan = plans.get(key);
    if (plan === undefined) {
      const count = segmentCount(callBytes(document, shapes), about.room());
      plan = count === 1 ? null : segmentsOf(about.network(), about, shapes, count);
      plans.set(key, plan);
    }
    return plan;
  };
  return {
    path: about.path,
    label: about.label,
    inputs: portsOf(document.inputs),
    outputs: portsOf(document.outputs),
    run: async (feeds) => {
      const segments = planFor(shapesOf(feeds));
      if (segments) return runSegments(segments, feeds, about);
      const whole = await about.whole();
      await whole.prepare?.(feeds);
      return whole.run(feeds);
    },
    release: async () => {},
  };
}

async function runSegments(
  segments: readonly Segment[],
  feeds: Feeds,
  { of, wrt, open }: GradientNetwork,
): Promise<Record<string, AnyTensor>> {
  const values = await runParts(
    segments.slice(0, -1).map(({ forward }) => forward),
    feeds,
    (name, graph) => open(`forward ${name}`, graph),
  );
  const cotangents = new Map([[of, feeds[cotangentName(of)] as Tensor]]);
  for (const [i, segment] of [...segments.entries()].reverse()) {
    if (!segment.backward) continue;
    const session = await open(`backward part ${i + 1} of ${segments.length}`, segment.backward);
    const given = Object.fromEntries(segment.of.map((name) => [cotangentName(name), cotangents.get(name)!]));
    const own = Object.fromEntries(segment.forward.inputs.map(({ name }) => [name, values.get(name)!]));
    const all = { ...own, ...given };
    await session.prepare?.(all);
    const gradients = await session.run(all);
    for (const name of segment.of) cotangents.delete(name);
    for (const name of segment.wrt) {
      const gradient = gradients[gradientName(name)] as Tensor;
      const known = cotangents.get(name);
      cotangents.set(name, known ? add(known, gradient) : gradient);
    }
  }
  // What the output does not depend on has no way back.
  const none = (name: string) => full(feeds[name].shape, 0);
  return Object.fromEntries(wrt.map((name) => [gradientName(name), cotangents.get(name) ?? none(name)]));
}
