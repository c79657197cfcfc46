/** Columns [rows, count] made orthonormal by Gram-Schmidt, done twice so that float32 results are orthogonal to rounding. */
export function orthonormalColumns(values: Float32Array, rows: number, count: number): Float32Array {
  const columns = Array.from({ length: count }, (_, k) => Float64Array.from({ length: rows }, (_unused, i) => values[i * count + k]));
  const dot = (a: Float64Array, b: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += a[i] * b[i];
    return sum;
  };
  for (let k = 0; k < count; k++) {
    const column = columns[k];
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < k; j++) {
        const share = dot(columns[j], column);
        for (let i = 0; i < rows; i++) column[i] -= share * columns[j][i];
      }
    }
    const norm = Math.sqrt(dot(column, column));
    for (let i = 0; i < rows; i++) column[i] /= norm;
  }
  const out = new Float32Array(rows * count);
  for (let k = 0; k < count; k++) for (let i = 0; i < rows; i++) out[i * count + k] = columns[k][i];
  return out;
}
