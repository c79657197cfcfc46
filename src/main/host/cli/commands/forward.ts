import { Command } from 'commander';
import { resolve } from 'node:path';
import type { BackendId } from '../../../../shared/config';
import { action } from '../action';
import { backend } from '../arguments';
import { withTasks } from '../follow';

export function forward(): Command {
  return new Command('forward')
    .description('one forward pass, for comparing with other frameworks')
    .requiredOption('--checkpoint <id>', 'the model')
    .requiredOption('--inputs <file>', 'safetensors with x, t, y')
    .requiredOption('--out <file>', 'safetensors for the tensor out')
    .option('--no-ema', 'the present weights instead of their average')
    .option('--backend <id>', 'what computes', backend)
    .addHelpText('after', '\nExample:\n  $ fine forward --checkpoint ckpt-2k8v0w3f7a --inputs in.safetensors --out out.safetensors')
    .action(
      action<{ checkpoint: string; inputs: string; out: string; ema: boolean; backend?: BackendId }>(async (session, o) => {
        const { out, shape } = await withTasks(session, (taskId) => session.client.call('checkpoints.forward', { checkpointId: o.checkpoint, inputs: resolve(o.inputs), out: resolve(o.out), useEma: o.ema, backend: o.backend, taskId }));
        return { json: { checkpoint: o.checkpoint, out, shape }, text: `${out}  [${shape.join(', ')}]` };
      }),
    );
}
