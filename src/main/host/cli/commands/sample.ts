import { Command } from 'commander';
import { resolve } from 'node:path';
import { action } from '../action';
import { positive } from '../arguments';
import { type DrawingOptions, drawingOptions, drawingParams } from '../drawing-options';
import { withTasks } from '../follow';

interface Options extends DrawingOptions {
  count?: number;
  clip?: boolean;
  out?: string;
  noise?: string;
  raw?: string;
}

export function sample(): Command {
  return drawingOptions(new Command('sample').description('draw pictures with a checkpoint'), { steps: '50', classDefault: 'every class in turn' })
    .option('--count <n>', 'how many pictures; as many as --noise holds, else one per given class, else 16', positive)
    .option('--clip', 'clip the predicted picture to [-1, 1] in every step; the default, except with --noise or --raw')
    .option('--no-clip', 'leave it as it is, as the official sampling script does; the default with --noise or --raw')
    .option('--out <file>', 'PNG grid; in the data folder by default')
    .option('--noise <file>', 'safetensors with the tensor z to start from')
    .option('--raw <file>', 'safetensors for the tensor samples, unclipped')
    .addHelpText('after', '\nExamples:\n  $ fine sample --checkpoint ckpt-2k8v0w3f7a --class 3,7,1 --cfg 1.5 --steps ddim25 --out grid.png\n  $ fine sample --checkpoint ckpt-2k8v0w3f7a --noise z.safetensors --raw samples.safetensors')
    .action(
      action<Options>(async (session, o) => {
        // Whoever brings noise or takes numbers compares with the official script (clip_denoised=False); pictures of pixels look better clipped.
        const clip = o.clip ?? (o.noise === undefined && o.raw === undefined);
        const path = (file: string | undefined) => (file === undefined ? undefined : resolve(file));
        const made = await withTasks(session, (taskId) =>
          session.client.call('samples.create', { ...drawingParams(o), count: o.count, clipDenoised: clip, out: path(o.out), noise: path(o.noise), raw: path(o.raw), taskId }),
        );
        const file = session.home.absolute(made.file);
        return { json: { sample: made.id, checkpoint: o.checkpoint, file, raw: made.config.raw ?? null, columns: made.columns, rows: made.rows, classes: made.config.classes, clip, msPerImage: made.config.msPerImage }, text: file };
      }),
    );
}
