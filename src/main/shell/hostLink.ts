/** Two ways to talk to a host: the IPC of a child process, or the loopback socket of one that somebody else started. */
import type { ChildProcess } from 'node:child_process';

export interface HostLink {
  send(message: object): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once when the link is gone. */
  onEnd(listener: () => void): void;
  close(): void;
}

export function childLink(child: ChildProcess): HostLink {
  return {
    send: (message) => {
      // A child that is just ending refuses messages; its end is reported by onEnd.
      if (child.connected) child.send(message, () => {});
    },
    onMessage: (listener) => void child.on('message', listener),
    onEnd: (listener) => void child.once('exit', () => listener()),
    close: () => {
      if (child.connected) child.disconnect();
    },
  };
}

/** @param url the address that the host printed, such as `http://127.0.0.1:4173/#token=...` */
export async function socketLink(url: string): Promise<HostLink> {
  const address = new URL(url);
  const token = new URLSearchParams(address.hash.slice(1)).get('token') ?? '';
  const socket = new WebSocket(`ws://${address.host}/ws?token=${encodeURIComponent(token)}`);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener('error', () => reject(new Error(`The running host at ${address.origin} refused the connection.`)), { once: true });
  });
  return {
    send: (message) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    },
    onMessage: (listener) => socket.addEventListener('message', (event) => listener(JSON.parse(String(event.data)))),
    onEnd: (listener) => socket.addEventListener('close', () => listener(), { once: true }),
    close: () => socket.close(),
  };
}
