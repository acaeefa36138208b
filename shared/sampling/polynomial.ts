/** Coefficients of a polynomial, lowest power first, times (x − root) / scale. */
function timesLinear(polynomial: readonly number[], root: number, scale: number): number[] {
  const result = new Array<number>(polynomial.length + 1).fill(0);
  polynomial.forEach((coefficient, power) => {
    result[power] -= (coefficient * root) / scale;
    result[power + 1] += coefficient / scale;
  });
  return result;
}

/** The Lagrange polynomials of some points: the j-th is 1 at points[j] and 0 at the others; coefficients, lowest power first. */
export function lagrangeBasis(points: readonly number[]): number[][] {
  return points.map((own, j) => {
    const others = points.filter((_, k) => k !== j);
    return others.reduce((product, other) => timesLinear(product, other, own - other), [1]);
  });
}

/** Solves a small square system by elimination with row exchange. Rows of `matrix` are equations. */
export function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]]);
  const n = rows.length;
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let i = column + 1; i < n; i++) if (Math.abs(rows[i][column]) > Math.abs(rows[pivot][column])) pivot = i;
    [rows[column], rows[pivot]] = [rows[pivot], rows[column]];
    for (let i = column + 1; i < n; i++) {
      const factor = rows[i][column] / rows[column][column];
      for (let j = column; j <= n; j++) rows[i][j] -= factor * rows[column][j];
    }
  }
  const solution = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    const known = rows[i].slice(i + 1, n).reduce((sum, value, j) => sum + value * solution[i + 1 + j], 0);
    solution[i] = (rows[i][n] - known) / rows[i][i];
  }
  return solution;
}
