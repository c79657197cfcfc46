/** Which tfjs backend runs an op is global state of tfjs; here it is set around a synchronous piece of work and put back. */
import { tf } from './tf';

/** Runs `work` on the named tfjs backend. The backend must be registered and initialise synchronously. */
export function onTfjsBackend<T>(name: string, work: () => T): T {
  const engine = tf.engine();
  const previous = engine.backendName;
  // Synchronous up to its return for backends without an asynchronous factory, which all of ours are.
  void tf.setBackend(name);
  try {
    return work();
  } finally {
    if (previous && previous !== name) void tf.setBackend(previous);
  }
}
