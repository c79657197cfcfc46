/** Random tensors for the start of a model: a function of seed and name alone, in whatever order they are asked for. */
import { STREAMS, counterRandom } from '../random';
import type { HostTensor } from '../tensor/types';

const count = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);

export const zeros = (shape: readonly number[]): HostTensor => ({ shape: [...shape], data: new Float32Array(count(shape)) });

export function filled(shape: readonly number[], value: number): HostTensor {
  return { shape: [...shape], data: new Float32Array(count(shape)).fill(value) };
}

/** Independent N(0, deviation^2). */
export function normal(shape: readonly number[], deviation: number, seed: number, name: string): HostTensor {
  const data = generator(seed, name).normals(count(shape));
  return { shape: [...shape], data: data.map((x) => x * deviation) };
}

/** Independent, uniform in [-bound, bound). */
export function uniform(shape: readonly number[], bound: number, seed: number, name: string): HostTensor {
  const data = generator(seed, name).uniforms(count(shape));
  return { shape: [...shape], data: data.map((x) => (2 * x - 1) * bound) };
}

function generator(seed: number, name: string) {
  return counterRandom(seed, STREAMS.initialisation, fnv1a(name));
}

/** FNV-1a, 32 bits: a tensor's name as the counter generator's step. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
