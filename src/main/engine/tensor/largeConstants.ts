/**
 * Weights too large to be written into a model. A serialised model ends at 2 GiB, and every byte in it is held twice while the
 * session is created; beyond a limit, constants are therefore handed to the session as inputs that never change.
 */
import { bytesOfValue, type Graph, type Value } from './ir';
import type { HostTensor, TypedArray } from './types';

/** Below this, constants are baked in: the runtime then arranges them once for its matrix products. */
export const BAKED_LIMIT = 2 ** 29;
/** Smaller ones are baked in always. */
const LARGE = 2 ** 20;

export const CONSTANT_PREFIX = 'constant/';

/** Turns large constants into graph inputs (`constant/N`) when all of them together exceed `limit` bytes. Returns their values by input name. */
export function extractLargeConstants(graph: Graph, limit = BAKED_LIMIT): Record<string, HostTensor> {
  const constants = new Set<Value>();
  for (const node of graph.nodes) for (const value of node.inputs) if (value.data !== undefined) constants.add(value);
  const total = [...constants].reduce((sum, value) => sum + bytesOfValue(value), 0);
  if (total <= limit) return {};
  const values: Record<string, HostTensor> = {};
  const inputs = new Map<Value, Value>();
  for (const constant of constants) {
    if (bytesOfValue(constant) < Math.min(LARGE, limit) || constant.dtype === 'bool') continue;
    const input = graph.input(`${CONSTANT_PREFIX}${constant.id}`, constant.shape, constant.dtype);
    inputs.set(constant, input);
    values[input.input!] = { shape: [...constant.shape], data: constant.data as TypedArray };
  }
  for (const node of graph.nodes) node.inputs = node.inputs.map((value) => inputs.get(value) ?? value);
  return values;
}
