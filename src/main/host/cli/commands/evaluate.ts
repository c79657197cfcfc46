import { Command, Option } from 'commander';
import { resolve } from 'node:path';
import type { Evaluation } from '../../../../shared/entities';
import { NETWORKS, type Network } from '../../../../shared/quality';
import { action } from '../action';
import { positive } from '../arguments';
import { type DrawingOptions, drawingOptions, drawingParams } from '../drawing-options';
import { withTasks } from '../follow';
import { table } from '../output';
import { duration } from '../../units';

interface Options extends DrawingOptions {
  dataset?: string;
  features: string;
  network?: Network;
  samples: number;
  clip: boolean;
  raw?: string;
}

export function evaluate(): Command {
  const command = new Command('evaluate').description('measure how close the samples of a checkpoint come to the real pictures');
  return drawingOptions(command, { steps: 'ddim25', classDefault: 'each as often as the dataset has it' })
    .option('--dataset <id>', 'the real pictures; those that it was trained on by default')
    .option('--features <what>', 'pixels (principal components), classifier (trained on the same data, once), or an ONNX file that turns pictures into features', 'pixels')
    .addOption(new Option('--network <name>', 'what the ONNX file is, for the names of the figures (FID, FDD); told from its name by default').choices(NETWORKS))
    .option('--samples <n>', 'how many pictures to draw', positive, 512)
    .option('--no-clip', 'leave the predicted picture as it is in every step')
    .option('--raw <file>', 'safetensors for the drawn pictures, the tensor samples')
    .addHelpText('after', '\nStopped in the middle, the same command goes on from the pictures that were drawn.\n\nExamples:\n  $ fine evaluate --checkpoint ckpt-2k8v0w3f7a\n  $ fine evaluate --checkpoint ckpt-2k8v0w3f7a --features classifier --samples 2000 --cfg 1.5\n  $ fine evaluate --checkpoint ckpt-2k8v0w3f7a --features inception.onnx --samples 10000')
    .action(
      action<Options>(async (session, o) => {
        const own = o.features === 'pixels' || o.features === 'classifier' ? o.features : null;
        const made = await withTasks(session, (taskId) =>
          session.client.call('evaluations.create', {
            ...drawingParams(o), datasetId: o.dataset, features: own ?? 'onnx', extractor: own ? undefined : resolve(o.features), network: o.network, samples: o.samples, clipDenoised: o.clip,
            raw: o.raw === undefined ? undefined : resolve(o.raw), taskId,
          }),
        );
        return { json: { evaluation: made.id, checkpoint: made.checkpointId, dataset: made.datasetId, ...evaluationFacts(made) }, text: evaluationReport(made) };
      }),
    );
}

/** What a script gets of an evaluation. */
export function evaluationFacts({ featureName, dimension, samples, realImages, seed, sampler, steps, guidanceScale, figures, omitted, validation, elapsedMs, config }: Evaluation): Record<string, unknown> {
  return { features: featureName, dimension, samples, realImages, seed, sampler, steps, guidanceScale, ...config, figures, omitted, validation, elapsedMs: Math.round(elapsedMs) };
}

/** One evaluation for a person. The last column but one is what real pictures themselves reach. */
export function evaluationReport(e: Evaluation): string {
  const number = (value: number | null): string => (value === null ? '' : value.toPrecision(4));
  const rows = e.figures.map((figure) => [figure.name, number(figure.value), number(figure.floor), figure.better]);
  if (e.validation) rows.push(['held-out loss', number(e.validation.loss), '', 'lower'], ...e.validation.bands.map((band) => [`  timesteps ${band.from} to ${band.to - 1}`, number(band.loss), '', 'lower']));
  return [
    table(['figure', 'value', 'real vs real', 'better'], rows),
    ...e.omitted.map(({ label, reason }) => `No ${label}: ${reason}`),
    `${e.samples} samples (${e.sampler}, ${e.steps} steps, guidance ${e.guidanceScale}, seed ${e.seed}) against ${e.realImages} real pictures, in ${duration(e.elapsedMs)}`,
    `${e.id}`,
  ].join('\n');
}
