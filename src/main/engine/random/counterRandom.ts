/**
 * Every random number of the engine is a pure function of (seed, stream, step, index). Nothing is ever advanced, so no
 * generator state is stored: a resumed run, another backend, or a test that asks for step 1234 alone gets the same numbers.
 */
import { philoxBlock } from './philox';
import type { Stream } from './streams';

export interface CounterRandom {
  /** n values in [0, 1), multiples of 2^-24. */
  uniforms(n: number): Float32Array;
  /** n draws of N(0, 1) (Box & Muller 1958), computed in double precision. */
  normals(n: number): Float32Array;
  /** n whole numbers in [0, max), 1 <= max <= 2^31; no value is likelier than another by more than max / 2^32. */
  integers(n: number, max: number): Int32Array;
  /** The numbers 0 .. n-1 in random order (Fisher & Yates). */
  permutation(n: number): Int32Array;
}

/** The four kinds of draw have their own counters, so that for one (seed, stream, step) they are independent of each other. */
const KIND = { uniform: 0, normal: 1, integer: 2, permutation: 3 } as const;
const TWO_PI = 2 * Math.PI;

/**
 * The numbers of one (seed, stream, step), the stream being one of `STREAMS`. Each method is a pure function of its arguments: asked twice it answers the same, in
 * whatever order, and a longer answer begins with the shorter one (except `permutation`). `seed` and `step` are whole numbers
 * in [0, 2^53).
 */
export function counterRandom(seed: number, stream: Stream, step: number): CounterRandom {
  assertCounter('seed', seed);
  assertCounter('step', step);
  const [k0, k1] = halves(seed);
  const [stepLow, stepHigh] = halves(step);

  /** Philox words for n values, rounded up to whole blocks. */
  const bits = (kind: number, n: number): Uint32Array => {
    const blocks = Math.ceil(n / 4);
    const out = new Uint32Array(blocks * 4);
    const purpose = (stream << 8) | kind;
    for (let block = 0; block < blocks; block++) philoxBlock(block, stepLow, purpose, stepHigh, k0, k1, out, block * 4);
    return out;
  };

  return {
    uniforms(n) {
      const words = bits(KIND.uniform, n);
      const out = new Float32Array(n);
      for (let i = 0; i < n; i++) out[i] = (words[i] >>> 8) * 2 ** -24;
      return out;
    },
    normals(n) {
      const words = bits(KIND.normal, n);
      const out = new Float32Array(n);
      for (let i = 0; i < n; i += 2) {
        // (0, 1]: the logarithm of 0 cannot occur.
        const radius = Math.sqrt(-2 * Math.log((words[i] + 1) * 2 ** -32));
        const angle = TWO_PI * (words[i + 1] * 2 ** -32);
        out[i] = radius * Math.cos(angle);
        if (i + 1 < n) out[i + 1] = radius * Math.sin(angle);
      }
      return out;
    },
    integers(n, max) {
      if (!Number.isInteger(max) || max < 1 || max > 2 ** 31) throw new Error(`integers: max must be in 1..2^31, got ${max}`);
      const words = bits(KIND.integer, n);
      const out = new Int32Array(n);
      for (let i = 0; i < n; i++) out[i] = Math.floor((words[i] * max) / 2 ** 32);
      return out;
    },
    permutation(n) {
      const words = bits(KIND.permutation, n);
      const out = Int32Array.from({ length: n }, (_, i) => i);
      for (let i = n - 1; i > 0; i--) {
        const other = Math.floor((words[i] * (i + 1)) / 2 ** 32);
        const value = out[i];
        out[i] = out[other];
        out[other] = value;
      }
      return out;
    },
  };
}

/** Lower and upper 32 bits. */
function halves(value: number): [number, number] {
  return [value % 2 ** 32 | 0, Math.floor(value / 2 ** 32) | 0];
}

function assertCounter(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`counterRandom: ${name} must be a whole number in [0, 2^53), got ${value}`);
}
