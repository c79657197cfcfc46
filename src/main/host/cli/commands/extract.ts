import { Command } from 'commander';
import type { Ranks } from '../../../../shared/config';
import { action } from '../action';
import { positive, rank } from '../arguments';
import { withTasks } from '../follow';
import { count, gigabytes } from '../../units';

export function extract(): Command {
  return new Command('extract')
    .description('take the learngene (the shared factors) out of a checkpoint')
    .requiredOption('--checkpoint <id>', 'factorised, or dense (then it is decomposed)')
    .option('--name <name>', 'name of the learngene')
    .option('--rank <n>', 'rank for a dense checkpoint, or qkv=96,… per type', rank)
    .option('--iterations <n>', 'alternating least squares for a dense checkpoint', positive, 40)
    .addHelpText('after', '\nExample:\n  $ fine extract --checkpoint ckpt-2k8v0w3f7a --json')
    .action(
      action<{ checkpoint: string; name?: string; rank?: number | Ranks; iterations: number }>(async (session, o) => {
        const { learngene: l, warnings } = await withTasks(session, (taskId) => session.client.call('learngenes.extract', { checkpointId: o.checkpoint, name: o.name, rank: o.rank, iterations: o.iterations, taskId }));
        const file = session.home.absolute(l.file);
        for (const warning of warnings) session.output.note(`Warning: ${warning}`);
        return { json: { learngene: l.id, checkpoint: l.checkpointId, bytes: l.bytes, file, sha256: l.sha256, uvHash: l.uvHash, parameters: l.parameters, hiddenSize: l.hiddenSize, ranks: l.ranks, carries: l.carries, method: l.method, errors: l.errors, warnings }, text: `${l.id}  ${l.name}: ${count(l.parameters)} parameters, ${gigabytes(l.bytes)}\n  ${file}` };
      }),
    );
}
