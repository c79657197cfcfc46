/** Becoming the one host of a data folder, or finding the one that is there. */
import { AppError } from '../../shared/errors';
import { acquireLock } from '../catalog';
import { Home } from './home';
import { readHostFile, removeHostFile, writeHostFile, type HostAddress } from './host-file';
import { serveHttp, type HttpHost } from './http';
import { locations } from './locations';
import { Service, type ServiceOptions } from './service';

/** How long a host that holds the lock may take until it answers: it may be migrating its catalogue. */
const PATIENCE_MS = 15_000;

export interface RunningHost {
  service: Service;
  http: HttpHost;
  close(): Promise<void>;
}

export type HostOrAddress = { host: RunningHost } | { address: HostAddress };

export interface HostOptions extends ServiceOptions {
  port?: number;
  renderer?: string;
}

/**
 * Starts the host of a data folder with its HTTP server; when another process is the host already, gives its address instead.
 * A lock of a process that died is free by itself.
 */
export async function startOrFind(options: HostOptions): Promise<HostOrAddress> {
  const home = new Home(options.home);
  home.create();
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const release = acquireLock(home.lockFile);
    if (release) {
      try {
        return { host: await startLocked(options, home, release) };
      } catch (error) {
        release();
        throw error;
      }
    }
    const address = readHostFile(home);
    if (address && (await answers(address))) return { address };
    if (performance.now() > until) throw new AppError('conflict', `Another process uses the data folder ${home.root} but does not answer.`, { cause: address ? `It has the process id ${address.pid}.` : undefined, hint: 'End that process, or choose another folder with --home.' });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function startLocked(options: HostOptions, home: Home, release: () => void): Promise<RunningHost> {
  const service = new Service(options);
  let http: HttpHost;
  try {
    http = await serveHttp(service, { port: options.port, renderer: options.renderer ?? locations.renderer });
  } catch (error) {
    await service.close();
    throw error;
  }
  try {
    writeHostFile(home, { pid: process.pid, port: http.port, token: http.token });
  } catch (error) {
    await Promise.all([http.close(), service.close()]);
    throw error;
  }
  return {
    service,
    http,
    close: async () => {
      await service.close();
      removeHostFile(home);
      await http.close();
      release();
    },
  };
}

/** Whether a host with this token answers there. */
async function answers({ port, token }: HostAddress): Promise<boolean> {
  try {
    const reply = await fetch(`http://127.0.0.1:${port}/api`, { method: 'POST', headers: { Authorization: `Bearer ${token}` }, body: JSON.stringify({ id: 1, method: 'app.info', params: {} }), signal: AbortSignal.timeout(3000) });
    return reply.ok;
  } catch {
    return false;
  }
}
