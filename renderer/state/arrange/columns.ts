/** Something that takes room in a column: a card, or the lane of a wire that passes by. */
export interface Cell {
  readonly height: number;
  /** Wished height on the canvas until it is placed. */
  y: number;
  /** Ends of links to the columns beside, as offsets from both tops. */
  readonly left: Tie[];
  readonly right: Tie[];
}

interface Tie {
  readonly cell: Cell;
  /** Where the link leaves this cell, in pixels below its top. */
  readonly own: number;
  /** Where it arrives on the other. */
  readonly other: number;
  readonly weight: number;
}

/** Links two cells of neighbouring columns; the greater the weight, the straighter. */
export function tie(left: Cell, leftOffset: number, right: Cell, rightOffset: number, weight = 1): void {
  left.right.push({ cell: right, own: leftOffset, other: rightOffset, weight });
  right.left.push({ cell: left, own: rightOffset, other: leftOffset, weight });
}

const sweeps = 12;

/** Orders the cells of each column so that few wires cross, then gives each its height, near what it is linked to. */
export function placeColumns(columns: readonly Cell[][], gap: number): void {
  for (const column of columns) stack(column, gap);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const side = sweep % 2 === 0 ? "left" : "right";
    for (const column of side === "left" ? columns : [...columns].reverse()) {
      const wishes = new Map(column.map((cell) => [cell, wishOf(cell, side)]));
      column.sort((a, b) => wishes.get(a)! + a.height / 2 - (wishes.get(b)! + b.height / 2));
      spread(column, gap, (cell) => wishes.get(cell)!);
    }
  }
  for (const column of columns) spread(column, gap, (cell) => wishOf(cell, "both"));
}

function stack(column: readonly Cell[], gap: number): void {
  let y = 0;
  for (const cell of column) {
    cell.y = y;
    y += cell.height + gap;
  }
}

/** Where a cell would like its top: so that its wires on one side run level on average. */
function wishOf({ y, left, right }: Cell, side: "left" | "right" | "both"): number {
  const ties = side === "left" ? left : side === "right" ? right : [...left, ...right];
  if (ties.length === 0) return y;
  const weight = ties.reduce((sum, one) => sum + one.weight, 0);
  return ties.reduce((sum, { cell, own, other, ...one }) => sum + one.weight * (cell.y + other - own), 0) / weight;
}

interface Block {
  readonly cells: Cell[];
  /** Sum over the cells of what each wishes for the top of the block. */
  sum: number;
  height: number;
}

/**
 * Gives the cells of a column heights in their order, `gap` apart at least, with the least sum of squared distances from
 * their wishes (pooling of adjacent violators).
 */
function spread(column: readonly Cell[], gap: number, wish: (cell: Cell) => number): void {
  const blocks: Block[] = [];
  const top = ({ sum, cells }: Block) => sum / cells.length;
  for (const cell of column) {
    let block: Block = { cells: [cell], sum: wish(cell), height: cell.height + gap };
    for (let last = blocks[blocks.length - 1]; last !== undefined; last = blocks[blocks.length - 1]) {
      if (top(last) + last.height <= top(block)) break;
      blocks.pop();
      const sum = last.sum + block.sum - block.cells.length * last.height;
      block = { cells: [...last.cells, ...block.cells], sum, height: last.height + block.height };
    }
    blocks.push(block);
  }
  for (const block of blocks) {
    let y = top(block);
    for (const cell of block.cells) {
      cell.y = y;
      y += cell.height + gap;
    }
  }
}
