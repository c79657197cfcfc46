/**
 * The host as a program of its own: `node out/main/host.js --home DIR [--port N] [--ipc] [--json]`.
 * Prints its address; with --json as one line `{"url","port","token","pid"}`. With --ipc the parent process may speak to it, too,
 * and its end is the host's end.
 */
import { parseArgs } from 'node:util';
import { AppError, describeError, toErrorInfo } from '../../shared/errors';
import { defaultHome } from './home';
import { parentChannel, serveChannel } from './ipc';
import { startOrFind } from './lock';

const { values } = parseArgs({ options: { home: { type: 'string' }, port: { type: 'string' }, ipc: { type: 'boolean', default: false }, json: { type: 'boolean', default: false }, recover: { type: 'boolean', default: false } } });

function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port < 65536) return port;
  throw new AppError('invalid-input', `“${text}” is not a port.`, { hint: 'Give a number from 0 to 65535.', field: 'port' });
}

async function main(): Promise<void> {
  const found = await startOrFind({ home: values.home ?? defaultHome(), port: portOf(values.port), recover: values.recover, prepareBuiltin: true, chooseBackend: true });
  const print = (line: string) => process.stdout.write(`${line}\n`);
  if ('address' in found) {
    const { port, token, pid } = found.address;
    const url = `http://127.0.0.1:${port}/#token=${token}`;
    print(values.json ? JSON.stringify({ url, port, token, pid, existing: true }) : `Already running: ${url}`);
    return;
  }
  const { host } = found;
  const channel = values.ipc ? parentChannel() : null;
  if (channel) serveChannel(host.service, channel);
  let closing = false;
  const close = () => {
    if (closing) process.exit(1);
    closing = true;
    void host.close().then(() => process.exit(0));
  };
  process.on('SIGINT', close);
  process.on('SIGTERM', close);
  if (values.ipc) process.on('disconnect', close);
  const { url, port, token } = host.http;
  print(values.json ? JSON.stringify({ url, port, token, pid: process.pid, existing: false }) : url);
}

main().catch((error: unknown) => {
  const info = toErrorInfo(error);
  if (values.json) process.stdout.write(`${JSON.stringify({ error: info })}\n`);
  process.stderr.write(`${describeError(info)}\n`);
  process.exit(1);
});
