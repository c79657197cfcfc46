/** WebSocket connections: requests in, answers and events out. Who may connect was decided before. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Service } from './service';
import { answerText } from './wire';

const MAX_MESSAGE = 8 * 2 ** 20;
/** A client this far behind is cut off; it reconnects and asks for what it missed. */
const MAX_BEHIND = 16 * 2 ** 20;
const HEARTBEAT_MS = 20_000;

export interface SocketServer {
  /** Connections that are open. */
  readonly clients: number;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

export function serveSockets(service: Service): SocketServer {
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE });
  const alive = new WeakSet<WebSocket>();
  const stop = service.onEvent((event) => {
    if (server.clients.size === 0) return;
    const text = JSON.stringify({ event });
    for (const client of server.clients) {
      if (client.bufferedAmount > MAX_BEHIND) client.terminate();
      else if (client.readyState === client.OPEN) client.send(text);
    }
  });
  server.on('connection', (client) => {
    alive.add(client);
    client.on('pong', () => alive.add(client));
    // A broken frame closes this connection only.
    client.on('error', () => client.terminate());
    client.on('message', (data) => {
      void answerText(service, String(data)).then((reply) => {
        if (client.readyState === client.OPEN) client.send(JSON.stringify(reply));
      });
    });
  });
  const heartbeat = setInterval(() => {
    for (const client of server.clients) {
      if (!alive.delete(client)) client.terminate();
      else client.ping();
    }
  }, HEARTBEAT_MS);
  heartbeat.unref();
  return {
    get clients() {
      return server.clients.size;
    },
    upgrade: (request, socket, head) => server.handleUpgrade(request, socket, head, (client) => server.emit('connection', client, request)),
    close: () => {
      stop();
      clearInterval(heartbeat);
      for (const client of server.clients) client.close(1001, 'The host is closing.');
      server.close();
    },
  };
}
