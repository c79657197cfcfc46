import { Command, Option } from 'commander';
import { join, resolve } from 'node:path';
import { action } from '../action';
import { withTasks } from '../follow';
import { gigabytes } from '../../units';

interface Options {
  checkpoint: string;
  format: 'onnx' | 'safetensors';
  precision: 'float32' | 'float16';
  form?: 'dense' | 'factorised';
  ema: boolean;
  out?: string;
}

export function exportCommand(): Command {
  return new Command('export')
    .description('write a checkpoint for use elsewhere, checked on the spot against the engine')
    .requiredOption('--checkpoint <id>', 'the model')
    .addOption(new Option('--format <format>', 'what to write').choices(['onnx', 'safetensors']).default('onnx'))
    .addOption(new Option('--precision <type>', 'of the stored numbers').choices(['float32', 'float16']).default('float32'))
    .addOption(new Option('--form <form>', 'one matrix per layer (what the official DiT loads) or shared factors; the smaller one for onnx, the checkpoint’s own for safetensors').choices(['dense', 'factorised']))
    .option('--no-ema', 'the present weights instead of their average')
    .option('--out <folder>', 'in the data folder by default')
    .addHelpText('after', '\nExamples:\n  $ fine export --checkpoint ckpt-2k8v0w3f7a --format onnx --out ./model\n  $ fine export --checkpoint ckpt-2k8v0w3f7a --format safetensors --form dense --out ./official')
    .action(
      action<Options>(async (session, o) => {
        const made = await withTasks(session, (taskId) => session.client.call('exports.create', { checkpointId: o.checkpoint, format: o.format, precision: o.precision, form: o.form, useEma: o.ema, dir: o.out === undefined ? undefined : resolve(o.out), taskId }));
        const dir = session.home.absolute(made.dir);
        const files = made.files.map((file) => ({ ...file, path: join(dir, file.name) }));
        const parity = made.parity && `Parity with ${made.parity.against}: ${made.parity.pass ? 'pass' : 'FAIL'}, largest difference ${made.parity.maxAbs.toExponential(1)} (tolerance ${made.parity.tolerance.toExponential(0)})`;
        const text = [...files.map((f) => `${f.path}  ${gigabytes(f.bytes)}  sha256 ${f.sha256}`), parity].filter(Boolean).join('\n');
        return { json: { export: made.id, checkpoint: o.checkpoint, dir, files, parity: made.parity, opset: made.opset }, text };
      }),
    );
}
