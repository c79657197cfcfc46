/** Native functions, called directly. koffi takes its settings only before its first use, so everybody gets it from here. */
import type koffiModule from 'koffi';

let loaded: Promise<typeof koffiModule> | null = null;

/** Rejects when koffi has no build for this platform. */
export function loadKoffi(): Promise<typeof koffiModule> {
  loaded ??= import('koffi').then(({ default: koffi }) => {
    // Runs happen on koffi's threads, whose stacks are small by default; ONNX Runtime computes on the calling thread too.
    koffi.config({ async_stack_size: 4 * 2 ** 20, resident_async_pools: 1 });
    return koffi;
  });
  return loaded;
}
