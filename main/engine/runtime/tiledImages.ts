import type { TileOptions } from "../../../shared/model.ts";
import { cropWindow, mosaic, type Strip, stripsOf } from "../../../shared/tensor/index.ts";
import { type AnyTensor, isFloatTensor, type Tensor } from "../../../shared/tensor/tensor.ts";
import type { NetworkRequest } from "./batcher.ts";
import type { Session } from "./session.ts";

/** One half of an autoencoder. */
export interface ImageNetwork {
  readonly half: "decoder" | "encoder";
  readonly session: Session;
  /** Pixels for each cell of the latent. */
  readonly factor: number;
  request(request: NetworkRequest): Promise<Readonly<Record<string, AnyTensor>>>;
}

/** Rows of an image network per call: bounded by what its activations take (about 40 times the picture). */
const imageBudgetBytes = 1 << 30;

/** Tiles that are asked for at the same time: enough to share calls, few enough that progress is seen. */
const together = 4;

/** Smaller tiles than this lose what the network sees around them. */
const leastCells = 32;

const defaultOverlap = 64;

/**
 * Runs an autoencoder's half over the whole input [B, C, H, W], or over overlapping tiles whose results are blended: of
 * `tile` pixels if a side is given, else of the largest size that there is memory for. Each tile has normalisation
 * statistics of its own, so that pictures of many tiles differ a little from those of one.
 */
export async function throughTiles(
  input: Tensor,
  network: ImageNetwork,
  { tile = 0, overlap = defaultOverlap, onTile }: TileOptions = {},
): Promise<Tensor> {
  const { factor, half } = network;
  const [inputCell, outputCell] = half === "decoder" ? [1, factor] : [factor, 1];
  const [batch, , ...sides] = input.shape;
  const cells = sides.map((side) => side / inputCell);
  const side = tile > 0 ? Math.max(1, Math.round(tile / factor)) : largestFitting(input.shape, cells, network);
  const isWhole = cells.every((length) => length <= side) || cells.some((length) => !Number.isInteger(length));
  if (isWhole) return runPart(input, network);
  const shared = Math.min(Math.round(overlap / factor), Math.floor(side / 2));
  const stripsAt = (scale: number) => cells.map((length) => stripsOf(length, side, shared, scale));
  const [rows, columns] = stripsAt(inputCell);
  const windows = rows.flatMap((row) => columns.map((column) => windowOf(row, column)));
  const tiles: Tensor[] = [];
  for (let from = 0; from < windows.length; from += together) {
    const some = windows.slice(from, from + together);
    tiles.push(...(await Promise.all(some.map((window) => runPart(cropWindow(input, window), network)))));
    onTile?.(tiles.length, windows.length);
  }
  const [fineRows, fineColumns] = stripsAt(outputCell);
  const shape = [batch, tiles[0].shape[1], ...cells.map((length) => length * outputCell)];
  return mosaic(tiles, fineRows, fineColumns, shape);
}

function windowOf(row: Strip, column: Strip) {
  return { top: row.start, left: column.start, height: row.weights.length, width: column.weights.length };
}

/** The whole, or half its side, or a quarter, until there is memory for one call. */
function largestFitting(shape: readonly number[], cells: readonly number[], { session }: ImageNetwork): number {
  const [input] = Object.keys(session.inputs);
  let side = Math.max(...cells);
  const fits = () => {
    const sides = shape.slice(2).map((length, i) => Math.min(length, (length / cells[i]) * side));
    return session.fits?.({ [input]: [1, shape[1], ...sides] }) ?? true;
  };
  while (side > leastCells && !fits()) side = Math.max(leastCells, Math.ceil(side / 2));
  return side;
}

async function runPart(part: Tensor, { session, half, factor, request }: ImageNetwork): Promise<Tensor> {
  const [rows, , height, width] = part.shape;
  const pixels = height * width * (half === "decoder" ? factor ** 2 : 1);
  const outputs = await request({
    session,
    feeds: { [Object.keys(session.inputs)[0]]: part },
    shared: {},
    rows,
    kind: "other",
    capacity: Math.max(1, Math.floor(imageBudgetBytes / (pixels * 3 * 4 * 40))),
  });
  const [first] = Object.values(outputs);
  if (!isFloatTensor(first)) throw new Error(`${session.label} gives whole numbers instead of a picture.`);
  return first;
}
