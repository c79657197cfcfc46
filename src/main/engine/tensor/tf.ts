/**
 * The one instance of tfjs-core that the whole engine uses, with the gradient of every op registered (the package's own
 * entry point registers them too, but a bundler may split it; the explicit import keeps them in one copy).
 * Nothing here chooses a backend: a `Backend` of this folder does that around the code it runs.
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';

export { tf };
