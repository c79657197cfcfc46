import { Command } from 'commander';
import { resolve } from 'node:path';
import { SAMPLERS, type BackendId, type SamplerId } from '../../../../shared/config';
import { action } from '../action';
import { backend, decimal, positive, whole, wholeList } from '../arguments';
import { withTasks } from '../follow';

interface Options {
  checkpoint: string;
  class?: number[];
  count?: number;
  seed: number;
  cfg: number;
  guidanceChannels: 'three' | 'all';
  sampler: SamplerId;
  steps: string;
  eta: number;
  clip?: boolean;
  ema: boolean;
  out?: string;
  noise?: string;
  raw?: string;
  backend?: BackendId;
}

export function sample(): Command {
  return new Command('sample')
    .description('draw pictures with a checkpoint')
    .requiredOption('--checkpoint <id>', 'the model')
    .option('--class <n>', 'a class or several, as 3 or 3,7,1; every class in turn by default', wholeList)
    .option('--count <n>', 'how many pictures; as many as --noise holds, else one per given class, else 16', positive)
    .option('--seed <n>', 'of the noise', whole, 0)
    .option('--cfg <scale>', 'classifier-free guidance; 1 is none', decimal, 1)
    .option('--guidance-channels <which>', 'three (as the official code) or all', 'three')
    .option('--sampler <id>', `one of ${SAMPLERS.join(', ')}`, 'ddim')
    .option('--steps <n>', 'a number, or ddimN', '50')
    .option('--eta <n>', 'noise of DDIM, 0 to 1', decimal, 0)
    .option('--clip', 'clip the predicted picture to [-1, 1] in every step; the default, except with --noise or --raw')
    .option('--no-clip', 'leave it as it is, as the official sampling script does; the default with --noise or --raw')
    .option('--no-ema', 'the present weights instead of their average')
    .option('--out <file>', 'PNG grid; in the data folder by default')
    .option('--noise <file>', 'safetensors with the tensor z to start from')
    .option('--raw <file>', 'safetensors for the tensor samples, unclipped')
    .option('--backend <id>', 'what computes', backend)
    .addHelpText('after', '\nExamples:\n  $ fine sample --checkpoint ckpt-2k8v0w3f7a --class 3,7,1 --cfg 1.5 --steps ddim25 --out grid.png\n  $ fine sample --checkpoint ckpt-2k8v0w3f7a --noise z.safetensors --raw samples.safetensors')
    .action(
      action<Options>(async (session, o) => {
        // Whoever brings noise or takes numbers compares with the official script (clip_denoised=False); pictures of pixels look better clipped.
        const clip = o.clip ?? (o.noise === undefined && o.raw === undefined);
        const path = (file: string | undefined) => (file === undefined ? undefined : resolve(file));
        const made = await withTasks(session, (taskId) =>
          session.client.call('samples.create', {
            checkpointId: o.checkpoint, classes: o.class, count: o.count, seed: o.seed, guidanceScale: o.cfg, guidanceChannels: o.guidanceChannels, sampler: o.sampler, steps: o.steps,
            eta: o.eta, clipDenoised: clip, useEma: o.ema, backend: o.backend, out: path(o.out), noise: path(o.noise), raw: path(o.raw), taskId,
          }),
        );
        const file = session.home.absolute(made.file);
        return { json: { sample: made.id, checkpoint: o.checkpoint, file, raw: made.config.raw ?? null, columns: made.columns, rows: made.rows, classes: made.config.classes, clip, msPerImage: made.config.msPerImage }, text: file };
      }),
    );
}
