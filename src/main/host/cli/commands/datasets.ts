import { Command } from 'commander';
import { resolve } from 'node:path';
import { action } from '../action';
import { positive } from '../arguments';
import { withTasks } from '../follow';
import { table } from '../output';
import type { Dataset } from '../../../../shared/entities';

/** Skipped files shown to a person; a script gets all of them. */
const SHOWN = 10;

const view = (d: Dataset) => ({ dataset: d.id, name: d.name, images: d.images, heldOut: d.heldOut, size: d.size, classes: d.classes, skipped: d.skipped });

export function datasets(): Command {
  const command = new Command('datasets').description('picture sets to train on');
  command
    .command('add')
    .description('read a folder (one sub-folder per class, or flat) or a zip of PNG, JPEG and WebP pictures')
    .argument('<path>', 'folder or zip')
    .option('--size <pixels>', 'pictures are cropped to a square and resized to this', positive, 32)
    .option('--name <name>', 'name in the list; the folder’s by default')
    .addHelpText('after', '\nExample:\n  $ fine datasets add ~/pictures/flowers --size 32 --name Flowers')
    .action(
      action<{ size: number; name?: string }>(async (session, options, [path]) => {
        const d = await withTasks(session, (taskId) => session.client.call('datasets.add', { path: resolve(path!), size: options.size, name: options.name, taskId }));
        const skipped = d.skipped.slice(0, SHOWN).map((s) => `  skipped ${s.file}: ${s.reason}`);
        if (d.skipped.length > SHOWN) skipped.push(`  … and ${d.skipped.length - SHOWN} more`);
        const text = [`${d.id}  ${d.name}: ${d.images} pictures (${d.heldOut} held out) in ${d.classes.length} classes`, ...d.classes.map((c) => `  ${c.name}: ${c.images}`), ...skipped].join('\n');
        return { json: view(d), text };
      }),
    );
  command
    .command('list')
    .description('all datasets, the built-in one first')
    .addHelpText('after', '\nExample:\n  $ fine datasets list --json')
    .action(
      action(async ({ client }) => {
        const all = await client.call('datasets.list', {});
        return { json: { datasets: all.map((d) => ({ id: d.id, ...view(d) })) }, text: table(['id', 'name', 'pictures', 'classes', 'size'], all.map((d) => [d.id, d.name, String(d.images), String(d.classes.length), `${d.size}×${d.size}`])) };
      }),
    );
  return command;
}
