import { Command } from 'commander';
import { positive } from '../arguments';
import { action } from '../action';
import { table } from '../output';
import { duration } from '../../units';
import { evaluationFacts, evaluationReport } from './evaluate';

export function evaluations(): Command {
  const command = new Command('evaluations').description('figures that were measured; “evaluate” measures new ones');
  command
    .command('list')
    .description('the newest first')
    .option('--checkpoint <id>', 'of this checkpoint only')
    .option('--limit <n>', 'at most so many', positive, 100)
    .addHelpText('after', '\nExample:\n  $ fine evaluations list --checkpoint ckpt-2k8v0w3f7a')
    .action(
      action<{ checkpoint?: string; limit: number }>(async ({ client }, o) => {
        const all = await client.call('evaluations.list', { checkpointId: o.checkpoint, limit: o.limit });
        const rows = all.map((e) => [e.id, e.checkpointId, e.featureName, e.figures[0] ? `${e.figures[0].name} ${e.figures[0].value.toPrecision(4)}` : '', String(e.samples), `${e.sampler} ${e.steps}`, String(e.guidanceScale), e.validation ? e.validation.loss.toPrecision(4) : '', duration(e.elapsedMs)]);
        return {
          json: { evaluations: all.map((e) => ({ evaluation: e.id, checkpoint: e.checkpointId, dataset: e.datasetId, createdAt: e.createdAt, ...evaluationFacts(e) })) },
          text: table(['id', 'checkpoint', 'features', 'first figure', 'samples', 'drawn by', 'guidance', 'held-out loss', 'took'], rows),
        };
      }),
    );
  command
    .command('show')
    .description('all figures of one')
    .argument('<id>')
    .addHelpText('after', '\nExample:\n  $ fine evaluations show eval-2k8v0w3f7a')
    .action(
      action(async ({ client }, _, [id]) => {
        const e = await client.call('evaluations.get', { id: id! });
        return { json: { evaluation: e.id, checkpoint: e.checkpointId, dataset: e.datasetId, createdAt: e.createdAt, ...evaluationFacts(e) }, text: evaluationReport(e) };
      }),
    );
  return command;
}
