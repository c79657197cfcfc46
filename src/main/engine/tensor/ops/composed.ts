/**
 * Our own kernels (layer normalisation, GELU) are single nodes for the recording backend. Backends that compute at once get
 * them composed from ordinary ops; this file holds that registration.
 */
import { tf } from '../tf';

/** A kernel written in ordinary tfjs ops; must be pure. */
export type ComposedKernel = (inputs: Record<string, tf.Tensor>, attrs: Record<string, number>) => tf.Tensor | tf.Tensor[];

const kernels = new Map<string, ComposedKernel>();

export function defineComposedKernel(kernelName: string, kernel: ComposedKernel): void {
  kernels.set(kernelName, kernel);
}

/** Makes every kernel of this folder available on an eager tfjs backend, such as 'cpu'. Safe to call twice. */
export function registerComposedKernels(backendName: string): void {
  for (const [kernelName, kernel] of kernels) {
    if (tf.getKernel(kernelName, backendName)) continue;
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs }) => tf.tidy(() => kernel(inputs as Record<string, tf.Tensor>, (attrs ?? {}) as Record<string, number>)),
    });
  }
}
