/** The command line's entry: parses, runs, and turns wrong usage into the same kind of error as everything else. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { AppError, toErrorInfo } from '../../../shared/errors';
import { locations } from '../locations';
import { Output } from './output';
import { program } from './program';

const { version } = JSON.parse(readFileSync(join(locations.root, 'package.json'), 'utf8')) as { version: string };

async function main(): Promise<void> {
  try {
    await program(version).parseAsync();
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return;
    process.exitCode = 1;
    const json = process.argv.includes('--json');
    // Commander has already written its complaint to standard error.
    if (error instanceof CommanderError) {
      // Without a command it was the whole help.
      const message = error.code === 'commander.help' ? 'No command was given.' : error.message.replace(/^error: /, '');
      if (json) process.stdout.write(`${JSON.stringify({ error: new AppError('invalid-input', message, { hint: 'Add --help for an explanation.' }).toInfo() })}\n`);
    } else new Output(json).error(toErrorInfo(error));
  }
}

await main();
