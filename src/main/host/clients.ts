/** Two ways to speak to a service from Node: in this process, or over the loopback server of another one. */
import { WebSocket } from 'ws';
import { AppError } from '../../shared/errors';
import type { SequencedEvent, ServerMessage, ServiceClient } from '../../shared/protocol';
import type { HostAddress } from './host-file';
import type { Service } from './service';

export function localClient(service: Service): ServiceClient {
  return {
    call: (method, params) => service.call(method, params),
    onEvent: (listener) => service.onEvent(listener),
    fileUrl: (path) => service.home.absolute(path),
    close: () => {},
  };
}

/** Connects to a running host. Requests reject with `crashed` when it ends before it answers. */
export function remoteClient({ port, token }: HostAddress): Promise<ServiceClient> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { headers: { Authorization: `Bearer ${token}` }, maxPayload: 2 ** 28 });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const listeners = new Set<(event: SequencedEvent) => void>();
  let nextId = 1;
  const lost = () => new AppError('crashed', 'The running application ended before it answered.', { hint: 'Start the command again.' });
  const client: ServiceClient = {
    call: (method, params) =>
      new Promise((resolve, reject) => {
        if (socket.readyState !== WebSocket.OPEN) return reject(lost());
        const id = nextId++;
        waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
        socket.send(JSON.stringify({ id, method, params }));
      }),
    onEvent: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    fileUrl: (path) => `http://127.0.0.1:${port}/files/${path.split('/').map(encodeURIComponent).join('/')}?token=${token}`,
    close: () => socket.close(),
  };
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as ServerMessage;
    if ('event' in message) return listeners.forEach((listener) => listener(message.event));
    const entry = waiting.get(Number(message.id));
    waiting.delete(Number(message.id));
    if ('error' in message) entry?.reject(AppError.fromInfo(message.error));
    else entry?.resolve(message.result);
  });
  socket.on('close', () => {
    for (const entry of waiting.values()) entry.reject(lost());
    waiting.clear();
  });
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(client));
    socket.once('error', (error) => reject(new AppError('crashed', 'The running application cannot be reached.', { cause: error.message })));
  });
}
