import { expect, test } from "vitest";
import type { AnyTensor } from "../../../shared/tensor/tensor.ts";
import type { Session } from "./session.ts";
import { type PooledNetwork, SessionPool } from "./sessionPool.ts";

/** A pool of networks that note when they are opened, called and released. */
function bench(budget: number) {
  const log: string[] = [];
  const counts = { opened: 0, released: 0 };
  const pool = new SessionPool({
    load: (work) => work,
    budget: () => budget,
    count: (what) => {
      counts[what] += 1;
    },
  });
  let ended = Promise.resolve();
  const network = (key: string, bytes: number, callBytes = 0): PooledNetwork => ({
    key,
    weightBytes: () => bytes,
    isMapped: false,
    callBytes: ({ x }) => callBytes * x[0],
    open: async (): Promise<Session> => {
      log.push(`+${key}`);
      return {
        path: key,
        label: key,
        inputs: {},
        outputs: {},
        run: async () => {
          log.push(key);
          await ended;
          return {};
        },
        release: async () => {
          log.push(`-${key}`);
        },
      };
    },
  });
  const slow = () => {
    let end = () => {};
    ended = new Promise((resolve) => {
      end = resolve;
    });
    return end;
  };
  return { pool, network, log, counts, slow };
}

const rows = (count: number): Record<string, AnyTensor> => ({ x: { data: new Float32Array(count), shape: [count] } });

async function use(pool: SessionPool, network: PooledNetwork, feeds = rows(1)): Promise<void> {
  const session = await pool.take(network);
  await session.prepare?.(feeds);
  await session.run(feeds);
}

test("the longest unused goes when another needs its place, and comes back with its next call", async () => {
  const { pool, network, log, counts } = bench(10);
  const [text, unet, vae] = [network("text", 4), network("unet", 6), network("vae", 3)];
  await use(pool, text);
  await use(pool, unet);
  await use(pool, text);
  await use(pool, vae);
  expect(log).toEqual(["+text", "text", "+unet", "unet", "text", "-unet", "+vae", "vae"]);
  expect(pool.open()).toEqual(["text", "vae"]);
  const handle = await pool.take(unet);
  await handle.run(rows(1));
  expect(log.slice(8)).toEqual(["-text", "+unet", "unet"]);
  expect(counts).toEqual({ opened: 4, released: 2 });
});

test("where all fit nothing is released", async () => {
  const { pool, network, counts } = bench(13);
  for (let i = 0; i < 3; i++) for (const key of ["a", "b", "c"]) await use(pool, network(key, 4));
  expect(counts).toEqual({ opened: 3, released: 0 });
});

test("a network is never released while a call of it is under way", async () => {
  const { pool, network, log, slow } = bench(5);
  const end = slow();
  const call = use(pool, network("unet", 4));
  await new Promise(setImmediate);
  await pool.take(network("vae", 4));
  expect(log).toEqual(["+unet", "unet", "+vae"]);
  end();
  await call;
  await use(pool, network("text", 1));
  expect(log.slice(3)).toEqual(["-unet", "+text", "text"]);
});

test("a call of many rows makes room for its values", async () => {
  const { pool, network, log } = bench(10);
  await use(pool, network("text", 3));
  await use(pool, network("unet", 4, 1), rows(1));
  await use(pool, network("unet", 4, 1), rows(4));
  expect(log).toEqual(["+text", "text", "+unet", "unet", "-text", "unet"]);
});

test("what is larger than the budget is opened alone", async () => {
  const { pool, network, log } = bench(10);
  await use(pool, network("text", 4));
  await use(pool, network("giant", 40));
  expect(log).toEqual(["+text", "text", "-text", "+giant", "giant"]);
});

test("a network that could not be opened is tried again", async () => {
  const { pool, network } = bench(10);
  const good = network("unet", 1);
  let tries = 0;
  const flaky = {
    ...good,
    open: () => {
      tries += 1;
      return tries === 1 ? Promise.reject(new Error("no driver")) : good.open();
    },
  };
  await expect(pool.take(flaky)).rejects.toThrow("no driver");
  await use(pool, flaky);
  expect(pool.open()).toEqual(["unet"]);
});

test("a run's end releases what it did not use, while idle networks take too much", async () => {
  const { pool, network } = bench(100);
  pool.beginRun();
  await use(pool, network("a", 4));
  await use(pool, network("b", 4));
  pool.beginRun();
  await use(pool, network("b", 4));
  await pool.trim(8);
  expect(pool.open()).toEqual(["a", "b"]);
  await pool.trim(1);
  expect(pool.open()).toEqual(["b"]);
  await pool.close();
  expect(pool.open()).toEqual([]);
});
