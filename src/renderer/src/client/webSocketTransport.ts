/** In a browser: one WebSocket to the loopback server that also served this page. */
import { AppError, type ErrorInfo } from '@shared/errors';
import type { SequencedEvent } from '@shared/protocol';
import type { Transport, TransportListener } from './transport';

type Message = { id: number; result?: unknown; error?: ErrorInfo } | { event: SequencedEvent };
interface Pending {
  message: string;
  resolve(value: unknown): void;
  reject(error: AppError): void;
}

const FIRST_DELAY = 300;
const LONGEST_DELAY = 5000;

const lost = () => new AppError('crashed', 'The connection to the host was lost before it answered.', { hint: 'It is being restored. Look whether the action took effect before you repeat it.' });

/** `token` is the secret of this host's start; without it the server answers 401. */
export function webSocketTransport(token: string): Transport {
  let socket: WebSocket | null = null;
  let listener: TransportListener;
  let delay = FIRST_DELAY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;
  let nextId = 1;
  const pending = new Map<number, Pending>();
  /** Requests made before the first connection stands. */
  let early: Pending[] | null = [];

  const send = (open: WebSocket, entry: Pending) => {
    const id = nextId++;
    pending.set(id, entry);
    open.send(entry.message.replace('"#"', String(id)));
  };

  const open = () => {
    const address = new URL('ws', location.href.split('#')[0]);
    address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
    address.searchParams.set('token', token);
    const mine = new WebSocket(address);
    socket = mine;
    mine.addEventListener('open', () => {
      delay = FIRST_DELAY;
      early?.forEach((entry) => send(mine, entry));
      early = null;
      listener.opened();
    });
    mine.addEventListener('message', ({ data }) => {
      const message = JSON.parse(String(data)) as Message;
      if ('event' in message) {
        listener.event(message.event);
        return;
      }
      const entry = pending.get(message.id);
      pending.delete(message.id);
      if (message.error) entry?.reject(AppError.fromInfo(message.error));
      else entry?.resolve(message.result);
    });
    mine.addEventListener('close', () => {
      if (socket !== mine) return;
      socket = null;
      const unanswered = [...pending.values()];
      pending.clear();
      unanswered.forEach((entry) => entry.reject(lost()));
      if (closed) return;
      listener.closed('The host does not answer. If it was stopped, start it again with “npm start” and open the address that it prints.');
      timer = setTimeout(open, delay);
      delay = Math.min(LONGEST_DELAY, delay * 1.6);
    });
  };

  return {
    start(given) {
      listener = given;
      open();
    },
    request(method, params) {
      return new Promise((resolve, reject) => {
        // The id is put in when it is sent; the method and parameters are frozen now.
        const entry: Pending = { message: `{"id":"#","method":${JSON.stringify(method)},"params":${JSON.stringify(params ?? {})}}`, resolve, reject };
        if (socket?.readyState === WebSocket.OPEN) send(socket, entry);
        else if (early) early.push(entry);
        else reject(new AppError('crashed', 'The host is not connected, so nothing was done.', { hint: 'Wait until the status bar says “Connected”, then try again.' }));
      });
    },
    fileUrl(path) {
      const relative = path.split(/[\\/]/).filter(Boolean).map(encodeURIComponent).join('/');
      return `${new URL(`files/${relative}`, location.href.split('#')[0])}?token=${encodeURIComponent(token)}`;
    },
    retryNow() {
      if (socket || closed) return;
      clearTimeout(timer);
      delay = FIRST_DELAY;
      open();
    },
    close() {
      closed = true;
      clearTimeout(timer);
      socket?.close();
    },
  };
}
