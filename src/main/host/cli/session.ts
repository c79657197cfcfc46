/** One command's connection to the service: the host that runs on this data folder, else one in this process for as long as needed. */
import type { ServiceClient } from '../../../shared/protocol';
import { localClient, remoteClient } from '../clients';
import { Home } from '../home';
import { startOrFind, type RunningHost } from '../lock';
import type { Output } from './output';

export interface Session {
  client: ServiceClient;
  home: Home;
  output: Output;
  /** Runs of this command that have not completed: what Ctrl+C pauses. */
  ownRuns: Set<string>;
  /** Tasks of this command at work: what Ctrl+C cancels. */
  ownTasks: Set<string>;
  /** Saves what is at work and lets go of the data folder. */
  close(): Promise<void>;
  /** Ctrl+C: the runs of this command write their state and are paused, its tasks are cancelled. */
  interrupt(): Promise<void>;
}

export async function openSession(homeDir: string, output: Output, recover: boolean): Promise<Session> {
  const found = await startOrFind({ home: homeDir, recover, startQueue: false, chooseBackend: true });
  const home = new Home(homeDir);
  const ownRuns = new Set<string>();
  const ownTasks = new Set<string>();
  if ('host' in found) {
    const { host } = found;
    const client = localClient(host.service);
    return {
      client, home, output, ownRuns, ownTasks,
      close: async () => {
        await othersDone(host, output);
        await host.close();
      },
      interrupt: () => host.close(),
    };
  }
  const client = await remoteClient(found.address);
  return {
    client, home, output, ownRuns, ownTasks,
    close: async () => client.close(),
    interrupt: async () => {
      // One that ended in this very moment has nothing to pause.
      await Promise.allSettled([...[...ownRuns].map((id) => client.call('runs.pause', { id })), ...[...ownTasks].map((id) => client.call('tasks.cancel', { id }))]);
      client.close();
    },
  };
}

/** Another command may have connected to this one's service meanwhile; its work is not cut short. */
async function othersDone(host: RunningHost, output: Output): Promise<void> {
  let told = false;
  while (host.service.busy && host.http.clients() > 0) {
    if (!told) output.note('Another command uses this service; waiting until its work is done (Ctrl+C saves and ends it).');
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
