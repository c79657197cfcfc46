import { spawn } from 'node:child_process';
import { Command } from 'commander';
import { AppError, toErrorInfo } from '../../../../shared/errors';
import { defaultHome } from '../../home';
import { startOrFind } from '../../lock';
import type { GlobalOptions } from '../action';
import { whole } from '../arguments';
import { Output } from '../output';

/** Stays until it is ended; so it opens no session of its own. */
export function serve(): Command {
  return new Command('serve')
    .description('run the application for a browser on this machine’s loopback address')
    .option('--port <n>', 'a free one by default', whole)
    .option('--no-open', 'only print the address')
    .addHelpText('after', '\nExample:\n  $ fine serve --port 8080 --no-open\n  From another machine: ssh -L 8080:127.0.0.1:8080 this-machine, then open the printed address there.')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { port?: number; open: boolean }>();
      const output = new Output(options.json ?? false);
      try {
        if ((options.port ?? 0) > 65535) throw new AppError('invalid-input', `${options.port} is not a port.`, { hint: 'Give a number from 0 to 65535.', field: 'port' });
        const found = await startOrFind({ home: options.home ?? defaultHome(), port: options.port, recover: options.recover, prepareBuiltin: true, chooseBackend: true });
        const { port, token } = 'host' in found ? found.host.http : found.address;
        const url = `http://127.0.0.1:${port}/#token=${token}`;
        const existing = 'address' in found;
        output.result({ json: { url, port, token, existing }, text: existing ? `Already running: ${url}` : url });
        if (options.open) openBrowser(url);
        if ('host' in found) stayUntilEnded(found.host.close);
      } catch (error) {
        output.error(toErrorInfo(error));
        process.exitCode = 1;
      }
    });
}

function stayUntilEnded(close: () => Promise<void>): void {
  let closing = false;
  const end = () => {
    if (closing) process.exit(130);
    closing = true;
    void close().then(() => process.exit(0));
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
}

/** Without a browser the printed address is all there is to do, so a failure is silent. */
function openBrowser(url: string): void {
  const [program, args] = process.platform === 'win32' ? ['cmd', ['/c', 'start', '', url]] as const : process.platform === 'darwin' ? ['open', [url]] as const : ['xdg-open', [url]] as const;
  spawn(program, args, { stdio: 'ignore', detached: true }).on('error', () => {}).unref();
}
