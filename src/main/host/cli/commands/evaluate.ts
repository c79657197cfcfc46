import { Command, Option } from 'commander';
import { resolve } from 'node:path';
import { SAMPLERS, type BackendId, type SamplerId } from '../../../../shared/config';
import type { Evaluation } from '../../../../shared/entities';
import { NETWORKS, type Network } from '../../../../shared/quality';
import { action } from '../action';
import { backend, decimal, positive, whole, wholeList } from '../arguments';
import { withTasks } from '../follow';
import { table } from '../output';
import { duration } from '../../units';

interface Options {
  checkpoint: string;
  dataset?: string;
  features: string;
  network?: Network;
  samples: number;
  class?: number[];
  seed: number;
  cfg: number;
  guidanceChannels: 'three' | 'all';
  sampler: SamplerId;
  steps: string;
  eta: number;
  clip: boolean;
  ema: boolean;
  raw?: string;
  backend?: BackendId;
}

export function evaluate(): Command {
  return new Command('evaluate')
    .description('measure how close the samples of a checkpoint come to the real pictures')
    .requiredOption('--checkpoint <id>', 'the model')
    .option('--dataset <id>', 'the real pictures; those that it was trained on by default')
    .option('--features <what>', 'pixels (principal components), classifier (trained on the same data, once), or an ONNX file that turns pictures into features', 'pixels')
    .addOption(new Option('--network <name>', 'what the ONNX file is, for the names of the figures (FID, FDD); told from its name by default').choices(NETWORKS))
    .option('--samples <n>', 'how many pictures to draw', positive, 512)
    .option('--class <n>', 'a class or several, in turn; as often as the dataset has them by default', wholeList)
    .option('--seed <n>', 'of the noise', whole, 0)
    .option('--cfg <scale>', 'classifier-free guidance; 1 is none', decimal, 1)
    .addOption(new Option('--guidance-channels <which>', 'three (as the official code) or all').choices(['three', 'all']).default('three'))
    .addOption(new Option('--sampler <id>', 'how to draw').choices(SAMPLERS).default('ddim'))
    .option('--steps <n>', 'a number, or ddimN', 'ddim25')
    .option('--eta <n>', 'noise of DDIM, 0 to 1', decimal, 0)
    .option('--no-clip', 'leave the predicted picture as it is in every step')
    .option('--no-ema', 'the present weights instead of their average')
    .option('--raw <file>', 'safetensors for the drawn pictures, the tensor samples')
    .option('--backend <id>', 'what computes', backend)
    .addHelpText('after', '\nStopped in the middle, the same command goes on from the pictures that were drawn.\n\nExamples:\n  $ fine evaluate --checkpoint ckpt-2k8v0w3f7a\n  $ fine evaluate --checkpoint ckpt-2k8v0w3f7a --features classifier --samples 2000 --cfg 1.5\n  $ fine evaluate --checkpoint ckpt-2k8v0w3f7a --features inception.onnx --samples 10000')
    .action(
      action<Options>(async (session, o) => {
        const own = o.features === 'pixels' || o.features === 'classifier' ? o.features : null;
        const made = await withTasks(session, (taskId) =>
          session.client.call('evaluations.create', {
            checkpointId: o.checkpoint, datasetId: o.dataset, features: own ?? 'onnx', extractor: own ? undefined : resolve(o.features), network: o.network, samples: o.samples, classes: o.class, seed: o.seed,
            guidanceScale: o.cfg, guidanceChannels: o.guidanceChannels, sampler: o.sampler, steps: o.steps, eta: o.eta, clipDenoised: o.clip, useEma: o.ema, backend: o.backend,
            raw: o.raw === undefined ? undefined : resolve(o.raw), taskId,
          }),
        );
        return { json: { evaluation: made.id, checkpoint: made.checkpointId, dataset: made.datasetId, ...facts(made) }, text: report(made) };
      }),
    );
}

function facts({ featureName, dimension, samples, realImages, seed, sampler, steps, guidanceScale, figures, omitted, validation, elapsedMs, config }: Evaluation): Record<string, unknown> {
  return { features: featureName, dimension, samples, realImages, seed, sampler, steps, guidanceScale, ...config, figures, omitted, validation, elapsedMs: Math.round(elapsedMs) };
}

/** The last column but one is what real pictures themselves reach. */
function report(e: Evaluation): string {
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
