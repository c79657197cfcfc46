import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, toErrorInfo } from '../../../shared/errors';
import { forgetBackends, listBackends } from '../available-backends';
import type { HandlersOf, HostContext } from '../context';

export const backends: HandlersOf<'backends'> = {
  'backends.list': (context, { measure }) => listBackends(context, measure),
  'backends.check': ({ tasks }, { id, taskId }) => tasks.run({ kind: 'checkBackend', backend: id }, `Check the backend ${id}`, undefined, taskId),
  /** Installed, checked and timed, or nothing of it is left. */
  'backends.install': async (context, { cuda, build, taskId }) => {
    const { home, tasks } = context;
    const folder = home.tensorflowDir;
    if (existsSync(folder)) throw new AppError('conflict', 'TensorFlow is installed already.', { hint: 'Remove it first: “fine backends remove tensorflow”, or on the Backends page.' });
    const stage = join(home.tmpDir, 'install-tensorflow');
    try {
      const { notes } = await tasks.run({ kind: 'installBackend', folder, stage, cuda, build }, 'Install TensorFlow', undefined, taskId);
      const check = await tasks.run({ kind: 'checkBackend', backend: 'tensorflow' }, 'Check TensorFlow', undefined, taskId);
      forgetBackends(context);
      return { notes, check, backends: await listBackends(context, true) };
    } catch (error) {
      if (existsSync(folder)) await remove(context);
      const { code, message } = toErrorInfo(error);
      if (code !== 'crashed') throw error;
      throw new AppError('unsupported', 'TensorFlow was installed, but does not run on this machine, and was removed again.', { cause: message, hint: 'Use the default backend.' });
    } finally {
      await rm(stage, { recursive: true, force: true });
    }
  },
  'backends.remove': async (context) => {
    const removed = existsSync(context.home.tensorflowDir);
    await remove(context);
    return { removed };
  },
};

/** What "auto" takes is decided anew before the next run: it may have been this one. */
async function remove(context: HostContext): Promise<void> {
  await rm(context.home.tensorflowDir, { recursive: true, force: true });
  await rm(context.home.backendsFile, { force: true });
  forgetBackends(context);
}
