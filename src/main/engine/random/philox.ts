/**
 * Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3"
 * (SC 2011): ten rounds of multiplication and exclusive-or turn a 128-bit counter and a 64-bit key into four 32-bit words.
 * There is no state: word number i of a sequence is computed without the i - 1 before it.
 */

const MULTIPLIER_0_HIGH = 0xd251;
const MULTIPLIER_0_LOW = 0x1f53;
const MULTIPLIER_1_HIGH = 0xcd9e;
const MULTIPLIER_1_LOW = 0x8d57;
const MULTIPLIER_0 = 0xd2511f53 | 0;
const MULTIPLIER_1 = 0xcd9e8d57 | 0;
/** The golden ratio and sqrt(3) - 1, added to the key in each round. */
const WEYL_0 = 0x9e3779b9 | 0;
const WEYL_1 = 0xbb67ae85 | 0;

export type Counter = readonly [number, number, number, number];
export type Key = readonly [number, number];

/** One block: `out[offset .. offset + 3]` gets the four words of counter (c0, c1, c2, c3) under key (k0, k1). All are taken modulo 2^32. */
export function philoxBlock(c0: number, c1: number, c2: number, c3: number, k0: number, k1: number, out: Uint32Array, offset: number): void {
  for (let round = 0; round < 10; round++) {
    // The upper 32 bits of both products, from 16-bit halves. No partial sum passes 2^32 - 1, so its bits survive "| 0".
    const low0 = c0 & 0xffff;
    const high0 = c0 >>> 16;
    const middle0 = (Math.imul(high0, MULTIPLIER_0_LOW) + (Math.imul(low0, MULTIPLIER_0_LOW) >>> 16)) | 0;
    const cross0 = (Math.imul(low0, MULTIPLIER_0_HIGH) + (middle0 & 0xffff)) | 0;
    const upper0 = (Math.imul(high0, MULTIPLIER_0_HIGH) + (middle0 >>> 16) + (cross0 >>> 16)) | 0;
    const low2 = c2 & 0xffff;
    const high2 = c2 >>> 16;
    const middle1 = (Math.imul(high2, MULTIPLIER_1_LOW) + (Math.imul(low2, MULTIPLIER_1_LOW) >>> 16)) | 0;
    const cross1 = (Math.imul(low2, MULTIPLIER_1_HIGH) + (middle1 & 0xffff)) | 0;
    const upper1 = (Math.imul(high2, MULTIPLIER_1_HIGH) + (middle1 >>> 16) + (cross1 >>> 16)) | 0;

    const lower0 = Math.imul(c0, MULTIPLIER_0);
    const lower1 = Math.imul(c2, MULTIPLIER_1);
    c0 = upper1 ^ c1 ^ k0;
    c1 = lower1;
    c2 = upper0 ^ c3 ^ k1;
    c3 = lower0;
    k0 = (k0 + WEYL_0) | 0;
    k1 = (k1 + WEYL_1) | 0;
  }
  out[offset] = c0;
  out[offset + 1] = c1;
  out[offset + 2] = c2;
  out[offset + 3] = c3;
}

/** `philoxBlock` for one counter, for tests and single draws. */
export function philox4x32(counter: Counter, key: Key): Uint32Array {
  const out = new Uint32Array(4);
  philoxBlock(...counter, ...key, out, 0);
  return out;
}
