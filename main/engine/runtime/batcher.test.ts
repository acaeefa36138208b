import { expect, test } from "vitest";
import type { PortInfo } from "../../../shared/model.ts";
import type { AnyTensor, Tensor } from "../../../shared/tensor/tensor.ts";
import { Batcher, type NetworkRequest } from "./batcher.ts";
import type { Session } from "./session.ts";

type Feeds = Readonly<Record<string, AnyTensor>>;

/** A network x + mean of the context's keys; it notes the shapes it is run with. */
function network(batch: number | null = null) {
  const shapes: (readonly number[])[][] = [];
  const port = (shape: PortInfo["shape"]): PortInfo => ({ dtype: "float32", shape });
  const session: Session = {
    path: "net/model.onnx",
    label: "net/model.onnx",
    inputs: { x: port([batch, 2]), context: port([batch, null, 1]) },
    outputs: { y: port([batch, 2]) },
    run: async (feeds: Feeds) => {
      const [x, context] = [feeds.x as Tensor, feeds.context as Tensor];
      const values = Array.from(context.data);
      shapes.push([x.shape, context.shape]);
      const keys = context.shape[1];
      const data = Float32Array.from(x.data, (value, i) => {
        const row = Math.floor(i / 2);
        const sum = values.slice(row * keys, (row + 1) * keys).reduce((a, b) => a + b, 0);
        return value + sum / keys;
      });
      return { y: { data, shape: x.shape } };
    },
    release: async () => {},
  };
  return { session, shapes };
}

function ask(session: Session, x: number[][], context: number[], more: Partial<NetworkRequest> = {}): NetworkRequest {
  return {
    session,
    feeds: {
      x: { data: Float32Array.from(x.flat()), shape: [x.length, 2] },
      context: { data: Float32Array.from(context), shape: [1, context.length, 1] },
    },
    shared: {},
    keys: "context",
    rows: x.length,
    kind: "denoise",
    capacity: 64,
    ...more,
  };
}

const rows = (result: Readonly<Record<string, AnyTensor>>) => Array.from(result.y.data as Float32Array);
const scalar = (value: number): AnyTensor => ({ data: Float32Array.of(value), shape: [] });

test("what waits together is one call, split again in order", async () => {
  const { session, shapes } = network();
  const batcher = new Batcher();
  const [a, b] = await Promise.all([
    batcher.request(ask(session, [[1, 2]], [10])),
    batcher.request(
      ask(
        session,
        [
          [3, 4],
          [5, 6],
        ],
        [20],
      ),
    ),
  ]);
  expect(rows(a)).toEqual([11, 12]);
  expect(rows(b)).toEqual([23, 24, 25, 26]);
  expect(shapes).toEqual([
    [
      [3, 2],
      [3, 1, 1],
    ],
  ]);
  expect(batcher.meter.runs).toBe(1);
});

test("no call goes out while anything else is under way", async () => {
  const { session, shapes } = network();
  const batcher = new Batcher();
  let open = () => {};
  const late = batcher
    .hold(new Promise<void>((resolve) => (open = resolve)))
    .then(() => batcher.request(ask(session, [[5, 6]], [0])));
  const early = batcher.request(ask(session, [[1, 2]], [0]));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(shapes).toHaveLength(0);
  open();
  await Promise.all([early, late]);
  expect(shapes).toHaveLength(1);
});

test("results of a round arrive together, so that the next round is asked for together", async () => {
  const { session, shapes } = network();
  const other = network();
  const batcher = new Batcher();
  const twice = async (one: Session) => {
    await batcher.request(ask(one, [[0, 0]], [1]));
    await batcher.request(ask(session, [[0, 0]], [1]));
  };
  await Promise.all([twice(session), twice(other.session)]);
  expect(shapes.map(([x]) => x[0])).toEqual([1, 2]);
});

test("keys of different lengths are repeated to a common one, where that is not too long", async () => {
  const { session, shapes } = network();
  const batcher = new Batcher();
  const [a, b] = await Promise.all([
    batcher.request(ask(session, [[0, 0]], [1, 3])),
    batcher.request(ask(session, [[0, 0]], [1, 2, 6])),
  ]);
  expect([rows(a)[0], rows(b)[0]]).toEqual([2, 3]);
  expect(shapes).toEqual([
    [
      [2, 2],
      [2, 6, 1],
    ],
  ]);
  await Promise.all([7, 11].map((length) => batcher.request(ask(session, [[0, 0]], new Array(length).fill(1)))));
  expect(shapes.slice(1).map(([, context]) => context[1])).toEqual([7, 11]);
});

test("lengths stay apart where the attention is not over keys alone", async () => {
  const { session, shapes } = network();
  const batcher = new Batcher();
  const apart = ({ keys: _, ...request }: NetworkRequest) => batcher.request(request);
  await Promise.all([apart(ask(session, [[0, 0]], [1])), apart(ask(session, [[0, 0]], [1, 1]))]);
  expect(shapes).toHaveLength(2);
});

test("one timestep for the whole call merges only equal ones", async () => {
  const { session, shapes } = network();
  const batcher = new Batcher();
  const at = (t: number) => batcher.request(ask(session, [[0, 0]], [1], { shared: { timestep: scalar(t) } }));
  await Promise.all([at(5), at(7), at(5)]);
  expect(shapes.map(([x]) => x[0])).toEqual([2, 1]);
});

test("a call carries no more rows than its budget, and a fixed batch is filled up", async () => {
  const { session, shapes } = network();
  const batcher = new Batcher();
  const five = [1, 2, 3, 4, 5].map((value) => [value, value]);
  expect(rows(await batcher.request(ask(session, five, [1], { capacity: 2 })))).toEqual([2, 2, 3, 3, 4, 4, 5, 5, 6, 6]);
  expect(shapes.map(([x]) => x[0])).toEqual([2, 2, 1]);
  const two = network(2);
  expect(rows(await batcher.request(ask(two.session, five.slice(0, 3), [1])))).toEqual([2, 2, 3, 3, 4, 4]);
  expect(two.shapes.map(([x]) => x[0])).toEqual([2, 2]);
});

test("after a cancel nothing more is called", async () => {
  const { session, shapes } = network();
  const batcher = new Batcher();
  const controller = new AbortController();
  batcher.begin(controller.signal);
  controller.abort();
  await expect(batcher.request(ask(session, [[0, 0]], [1]))).rejects.toMatchObject({ name: "AbortError" });
  expect(shapes).toHaveLength(0);
});

test("a network that fails rejects its own requests only", async () => {
  const good = network();
  const bad: Session = {
    ...network().session,
    run: async () => {
      throw new Error("net/model.onnx failed: out of memory");
    },
  };
  const batcher = new Batcher();
  const results = await Promise.allSettled([
    batcher.request(ask(bad, [[0, 0]], [1])),
    batcher.request(ask(good.session, [[0, 0]], [1])),
  ]);
  expect(results.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
});

test("the meter counts loading that overlaps once", async () => {
  const batcher = new Batcher();
  const wait = () => new Promise<void>((resolve) => setTimeout(resolve, 40));
  await Promise.all([batcher.load(wait()), batcher.load(wait()), batcher.load(wait())]);
  expect(batcher.meter.loadMs).toBeGreaterThan(30);
  expect(batcher.meter.loadMs).toBeLessThan(110);
});
