/** host.json: where the host of a data folder listens. Who is the host is decided by the lock, not by this file. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { Home } from './home';

const schema = z.object({ pid: z.int(), port: z.int(), token: z.string() });
export type HostAddress = z.infer<typeof schema>;

/** Readable by this user alone: whoever has the token is the user. */
export function writeHostFile(home: Home, address: HostAddress): void {
  const temporary = `${home.hostFile}.${process.pid}`;
  writeFileSync(temporary, JSON.stringify(address), { mode: 0o600 });
  renameSync(temporary, home.hostFile);
}

/** null when there is none or it is half-written by something else. */
export function readHostFile(home: Home): HostAddress | null {
  try {
    return schema.parse(JSON.parse(readFileSync(home.hostFile, 'utf8')));
  } catch {
    return null;
  }
}

export function removeHostFile(home: Home): void {
  if (readHostFile(home)?.pid === process.pid) rmSync(home.hostFile, { force: true });
}
