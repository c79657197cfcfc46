/**
 * `numpy.random.RandomState(seed).permutation(n)`, to hold out the very pictures that the trial held out: the Mersenne Twister
 * MT19937 (Matsumoto & Nishimura 1998), Fisher-Yates from the end, bounded draws by masking and rejection.
 */
const SIZE = 624;
const SHIFT = 397;

function mersenneTwister(seed: number): () => number {
  const state = new Uint32Array(SIZE);
  state[0] = seed;
  for (let i = 1; i < SIZE; i++) {
    const before = state[i - 1] ^ (state[i - 1] >>> 30);
    state[i] = Math.imul(1812433253, before) + i;
  }
  let at = SIZE;
  const refill = (): void => {
    for (let i = 0; i < SIZE; i++) {
      const joined = (state[i] & 0x80000000) | (state[(i + 1) % SIZE] & 0x7fffffff);
      state[i] = state[(i + SHIFT) % SIZE] ^ (joined >>> 1) ^ (joined & 1 ? 0x9908b0df : 0);
    }
    at = 0;
  };
  return () => {
    if (at === SIZE) refill();
    let x = state[at++];
    x ^= x >>> 11;
    x ^= (x << 7) & 0x9d2c5680;
    x ^= (x << 15) & 0xefc60000;
    return (x ^ (x >>> 18)) >>> 0;
  };
}

export function numpyPermutation(seed: number, n: number): number[] {
  const next = mersenneTwister(seed);
  const below = (limit: number): number => {
    const mask = 2 ** Math.ceil(Math.log2(limit + 1)) - 1;
    for (;;) {
      const drawn = (next() & mask) >>> 0;
      if (drawn <= limit) return drawn;
    }
  };
  const out = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = below(i);
    [out[i], out[j]] = [out[j], out[i]];
  }
  return out;
}
