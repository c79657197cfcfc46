/** Matrices of one width made from those of another, row by row. */
import type { Matrix } from 'ml-matrix';
import type { HostTensor } from '../../tensor/types';

/** From [n, ...] to [n', ...]: each row of the result is a combination of rows. */
export type RowMap = (rows: HostTensor) => HostTensor;

const rowSize = ({ shape }: HostTensor): number => shape.slice(1).reduce((product, n) => product * n, 1);

/** Row i is row `from[i]` times `factor[i]` (1 by default). */
export function takeRows(from: readonly number[], factor?: readonly number[]): RowMap {
  return (rows) => {
    const size = rowSize(rows);
    const data = new Float32Array(from.length * size);
    from.forEach((row, i) => {
      const scale = factor?.[i] ?? 1;
      for (let k = 0; k < size; k++) data[i * size + k] = scale * rows.data[row * size + k];
    });
    return { shape: [from.length, ...rows.shape.slice(1)], data };
  };
}

/** The product M [n', n] rows, in double precision. */
export function multiplyRows(m: Matrix): RowMap {
  return (rows) => {
    const size = rowSize(rows);
    const data = new Float32Array(m.rows * size);
    const sum = new Float64Array(size);
    for (let i = 0; i < m.rows; i++) {
      sum.fill(0);
      for (let j = 0; j < m.columns; j++) {
        const weight = m.get(i, j);
        if (weight !== 0) for (let k = 0; k < size; k++) sum[k] += weight * rows.data[j * size + k];
      }
      data.set(sum, i * size);
    }
    return { shape: [m.rows, ...rows.shape.slice(1)], data };
  };
}

/** The rows fall into equal parts one after the other, each with its own map. */
export function inParts(maps: readonly RowMap[]): RowMap {
  return (rows) => {
    const each = rows.data.length / maps.length;
    const parts = maps.map((map, i) => map({ shape: [rows.shape[0] / maps.length, ...rows.shape.slice(1)], data: rows.data.subarray(i * each, (i + 1) * each) }));
    const data = new Float32Array(parts.reduce((n, part) => n + part.data.length, 0));
    let at = 0;
    for (const part of parts) {
      data.set(part.data, at);
      at += part.data.length;
    }
    return { shape: [parts.reduce((n, part) => n + part.shape[0], 0), ...parts[0].shape.slice(1)], data };
  };
}

/** First the one, then the other. */
export function compose(first: RowMap, second: RowMap): RowMap {
  return (rows) => second(first(rows));
}

/** The map on the columns of a matrix [rows, n]. */
export function onColumns(map: RowMap): RowMap {
  return (matrix) => transpose(map(transpose(matrix)));
}

function transpose({ shape: [rows, columns], data }: HostTensor): HostTensor {
  const turned = new Float32Array(data.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) turned[j * rows + i] = data[i * columns + j];
  return { shape: [columns, rows], data: turned };
}
