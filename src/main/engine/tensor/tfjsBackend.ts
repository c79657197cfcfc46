/** Which tfjs backend runs an op is global state of tfjs; here it is set around a synchronous piece of work and put back. */
import { tf } from './tf';

/** Runs `work` on the named tfjs backend. The backend must be registered and initialise synchronously. */
export function onTfjsBackend<T>(name: string, work: () => T): T {
  // Lets tfjs choose its default first, so that there is one to go back to.
  tf.backend();
  const previous = tf.getBackend();
  // Synchronous up to its return for backends without an asynchronous factory, which all of ours are.
  void tf.setBackend(name);
  try {
    return work();
  } finally {
    if (previous !== name) void tf.setBackend(previous);
  }
}
