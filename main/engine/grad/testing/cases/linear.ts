import type { OnnxAttributes } from "../../../onnx/document.ts";
import type { RuleCase } from "../ruleCase.ts";

const matMul = (a: readonly number[], b: readonly number[]): RuleCase => ({
  op: "MatMul",
  what: `[${a}]·[${b}]`,
  inputs: [{ shape: a }, { shape: b }],
  linearIn: [0, 1],
});

const gemm = (transA: number, transB: number, c: readonly number[] | null): RuleCase => {
  const attributes: OnnxAttributes = { transA, transB, alpha: { float: 0.75 }, beta: { float: -1.25 } };
  return {
    op: "Gemm",
    what: `transA ${transA}, transB ${transB}, C ${c ? `[${c}]` : "left out"}`,
    inputs: [{ shape: transA ? [3, 2] : [2, 3] }, { shape: transB ? [4, 3] : [3, 4] }, ...(c ? [{ shape: c }] : [])],
    attributes,
    linearIn: c ? [0, 1, 2] : [0, 1],
  };
};

const einsum = (equation: string, ...shapes: readonly (readonly number[])[]): RuleCase => ({
  op: "Einsum",
  what: equation,
  inputs: shapes.map((shape) => ({ shape })),
  attributes: { equation },
  linearIn: [0],
});

export const linearCases: readonly RuleCase[] = [
  matMul([2, 3], [3, 4]),
  matMul([2, 2, 3], [3, 4]),
  matMul([2, 3], [5, 3, 4]),
  matMul([2, 1, 2, 3], [4, 3, 2]),
  matMul([1, 2, 3], [4, 3, 2]),
  matMul([3], [3]),
  matMul([3], [3, 4]),
  matMul([2, 3], [3]),
  matMul([3], [2, 3, 4]),
  matMul([2, 4, 3], [3]),
  ...[0, 1].flatMap((transA) => [0, 1].map((transB) => gemm(transA, transB, [2, 4]))),
  gemm(0, 1, [4]),
  gemm(1, 0, [2, 1]),
  gemm(1, 1, []),
  gemm(0, 0, null),
  einsum("ab,bc->ac", [2, 3], [3, 4]),
  einsum("bhid,bhjd->bhij", [2, 2, 3, 4], [2, 2, 5, 4]),
  einsum("ab,ab->", [2, 3], [2, 3]),
  einsum("abc->ca", [2, 3, 4]),
  einsum("ab,c->c", [2, 3], [4]),
  einsum("i,j,k->ikj", [2], [3], [4]),
  einsum("ab,bc", [2, 3], [3, 4]),
  einsum("...ij,...jk->...ik", [2, 2, 3], [2, 3, 4]),
  einsum("...ij,jk->...ik", [2, 2, 3], [3, 4]),
  einsum("...ij,...jk->...ik", [1, 2, 3], [5, 3, 4]),
  { ...einsum("ii->i", [3, 3]), refusedOpen: "repeats an open side" },
  { ...einsum("bii,bj->bij", [2, 3, 3], [2, 4]), refusedOpen: "repeats an open side" },
  { ...einsum("ii->", [3, 3]), refused: "sums over a diagonal" },
];
