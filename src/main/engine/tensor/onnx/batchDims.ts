/** Which sizes of a program follow the batch: found by comparing its graphs at two batch sizes. */
import { AppError } from '../../../../shared/errors';
import type { Graph, Value } from '../ir';
import type { SymbolicDim } from './emitter';

/**
 * Symbolic shapes of every value of `a`, traced at batch `batchA`, given the same program at `batchB`. A size that differs must
 * be a whole multiple of the batch. Throws `AppError('unsupported')` when the two graphs are not the same otherwise.
 */
export function batchDims(a: Graph, batchA: number, b: Graph, batchB: number): (value: Value) => SymbolicDim[] {
  const pairs = new Map<Value, Value>();
  const mismatch = (what: string): AppError => new AppError('unsupported', `${a.name}: the model changes with the batch size (${what}), so it cannot be exported with a free batch.`);
  if (a.nodes.length !== b.nodes.length || a.inputs.length !== b.inputs.length || a.outputs.length !== b.outputs.length) throw mismatch('number of nodes');
  a.inputs.forEach((value, i) => pairs.set(value, b.inputs[i]));
  a.nodes.forEach((node, i) => {
    const other = b.nodes[i];
    if (node.op !== other.op || node.inputs.length !== other.inputs.length) throw mismatch(`${node.op} against ${other.op}`);
    node.inputs.forEach((value, k) => pairs.set(value, other.inputs[k]));
    node.outputs.forEach((value, k) => pairs.set(value, other.outputs[k]));
  });
  a.outputs.forEach(({ value }, i) => pairs.set(value, b.outputs[i].value));

  const dims = new Map<Value, SymbolicDim[]>();
  for (const [value, other] of pairs) {
    if (value.shape.length !== other.shape.length) throw mismatch('rank');
    dims.set(
      value,
      value.shape.map((size, axis) => {
        if (size === other.shape[axis]) return size;
        const batchTimes = size / batchA;
        if (!Number.isInteger(batchTimes) || batchTimes * batchB !== other.shape[axis]) throw mismatch(`a size of ${size} becomes ${other.shape[axis]}`);
        return { batchTimes };
      }),
    );
  }
  return (value) => dims.get(value) ?? [...value.shape];
}
