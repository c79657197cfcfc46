import { Command } from 'commander';
import { resolve } from 'node:path';
import { action } from '../action';
import { withTasks } from '../follow';
import { count } from '../../units';

export function importCommand(): Command {
  return new Command('import')
    .description('take in a safetensors file with the official DiT names, dense or factorised; for a learngene see “learngenes import”')
    .argument('<file>', 'safetensors')
    .option('--config <file>', 'JSON with input_size, patch_size, in_channels, hidden_size, depth, num_heads, mlp_ratio, num_classes, learn_sigma, and noise_schedule, diffusion_steps, predict_xstart if they were not linear, 1000, false; needed unless the file was written by this program')
    .option('--name <name>', 'name of the checkpoint')
    .addHelpText('after', '\nExample:\n  $ fine import dit.safetensors --config config.json --json')
    .action(
      action<{ config?: string; name?: string }>(async (session, o, [file]) => {
        const c = await withTasks(session, (taskId) => session.client.call('checkpoints.import', { file: resolve(file!), configFile: o.config === undefined ? undefined : resolve(o.config), name: o.name, taskId }));
        return { json: { checkpoint: c.id, form: c.form, parameters: c.parameters, model: c.model, diffusion: c.diffusion, file: session.home.absolute(c.file), sha256: c.sha256 }, text: `${c.id}  ${c.name}: ${c.form}, ${count(c.parameters)} parameters` };
      }),
    );
}
