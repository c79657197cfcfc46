/** Tensors in ordinary memory: sizes, allocation, and the checks at the border of every `Program`. */
import type { DType, ProgramSpec, TensorMap, TensorSpec, TypedArray } from './types';

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

/** All our element types have four bytes. */
export const BYTES_PER_ELEMENT = 4;

export function bytesOf(spec: TensorSpec): number {
  return sizeOf(spec.shape) * BYTES_PER_ELEMENT;
}

export function zeros(spec: TensorSpec): TypedArray {
  return spec.dtype === 'float32' ? new Float32Array(sizeOf(spec.shape)) : new Int32Array(sizeOf(spec.shape));
}

export function dtypeOf(data: TypedArray): DType {
  return data instanceof Float32Array ? 'float32' : 'int32';
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === b[axis]);
}

/** Throws unless `inputs` are exactly what the program declares. A wrong one is a bug of the caller, not of a person. */
export function checkInputs(spec: ProgramSpec, inputs: Record<string, TypedArray>): void {
  for (const [name, declared] of Object.entries(spec.inputs)) {
    const given = inputs[name];
    if (!given) throw new Error(`${spec.name}: input "${name}" is missing`);
    if (dtypeOf(given) !== declared.dtype || given.length !== sizeOf(declared.shape))
      throw new Error(`${spec.name}: input "${name}" should be ${declared.dtype} [${declared.shape}], got ${dtypeOf(given)} with ${given.length} elements`);
  }
  for (const name of Object.keys(inputs)) if (!spec.inputs[name]) throw new Error(`${spec.name}: unknown input "${name}"`);
}

/** Throws unless every value fits a state tensor of the program. */
export function checkState(spec: ProgramSpec, values: TensorMap): void {
  for (const [name, value] of Object.entries(values)) {
    const declared = spec.state[name];
    if (!declared) throw new Error(`${spec.name}: no state named "${name}"`);
    if (dtypeOf(value.data) !== declared.dtype || !sameShape(value.shape, declared.shape) || value.data.length !== sizeOf(declared.shape))
      throw new Error(`${spec.name}: state "${name}" should be ${declared.dtype} [${declared.shape}], got ${dtypeOf(value.data)} [${value.shape}] with ${value.data.length} elements`);
  }
}

/** Names to read: those asked for, checked, or all of them. */
export function stateNames(spec: ProgramSpec, names?: readonly string[]): readonly string[] {
  for (const name of names ?? []) if (!spec.state[name]) throw new Error(`${spec.name}: no state named "${name}"`);
  return names ?? Object.keys(spec.state);
}

interface Described {
  shape: readonly number[];
  dtype: string;
}

/** Throws when the result of a program's body breaks the contract of `ProgramSpec`. */
export function checkResult(spec: ProgramSpec, result: { state: Record<string, Described>; outputs: Record<string, Described> }): void {
  for (const [name, value] of Object.entries(result.state)) {
    const declared = spec.state[name];
    if (!declared) throw new Error(`${spec.name}: the body returns a state "${name}" that is not declared`);
    if (value.dtype !== declared.dtype || !sameShape(value.shape, declared.shape))
      throw new Error(`${spec.name}: the new state "${name}" is ${value.dtype} [${value.shape}], declared ${declared.dtype} [${declared.shape}]`);
  }
  for (const [name, value] of Object.entries(result.outputs))
    if (value.dtype !== 'float32') throw new Error(`${spec.name}: output "${name}" is ${value.dtype}, must be float32`);
  if (spec.guard !== undefined) {
    const guard = result.outputs[spec.guard];
    if (!guard) throw new Error(`${spec.name}: the guard "${spec.guard}" is not among the outputs`);
    if (guard.shape.reduce((n, dim) => n * dim, 1) !== 1) throw new Error(`${spec.name}: the guard "${spec.guard}" is not a scalar`);
  }
}

/** The guard of `ProgramSpec`: without one, or with a finite one, the new state counts. */
export function isCommitted(spec: ProgramSpec, outputs: Record<string, Float32Array>): boolean {
  return spec.guard === undefined || Number.isFinite(outputs[spec.guard][0]);
}
