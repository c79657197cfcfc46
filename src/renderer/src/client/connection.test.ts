import { beforeEach, describe, expect, it } from 'vitest';
import type { SequencedEvent } from '@shared/protocol';
import { connect, type Connection } from './connection';
import type { Transport, TransportListener } from './transport';

/** A host as the transport sees it: events from `base` on, of which the oldest may be forgotten. */
function hostTransport() {
  const log: SequencedEvent[] = [];
  let base = 100;
  let seq = base;
  let listener: TransportListener;
  let online = false;
  let asked: (() => void)[] | null = null;
  const transport: Transport = {
    start: (given) => {
      listener = given;
    },
    request: (_method, params) => {
      const after = (params as { seq: number }).seq;
      const answer = () => {
        const complete = after >= base && after <= seq && (log.length === 0 || after + 1 >= log[0].seq);
        return { seq, events: complete ? log.filter((e) => e.seq > after) : [], complete };
      };
      return asked ? new Promise((resolve) => asked!.push(() => resolve(answer()))) : Promise.resolve(answer());
    },
    fileUrl: (path) => path,
    retryNow: () => {},
    close: () => {},
  };
  return {
    transport,
    publish: (what: string) => {
      const event = { type: 'changed', what, seq: ++seq } as SequencedEvent;
      log.push(event);
      if (online) listener.event(event);
    },
    forget: () => void log.splice(0),
    restart: () => {
      log.splice(0);
      base = 50_000;
      seq = base;
    },
    open: () => {
      online = true;
      listener.opened();
    },
    drop: () => {
      online = false;
      listener.closed('gone');
    },
    hold: () => {
      asked = [];
    },
    release: () => {
      const waiting = asked!;
      asked = null;
      waiting.forEach((answer) => answer());
    },
  };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('connection', () => {
  let host: ReturnType<typeof hostTransport>;
  let connection: Connection;
  let seen: string[];
  let gaps: number;

  beforeEach(async () => {
    host = hostTransport();
    connection = connect(host.transport);
    seen = [];
    gaps = 0;
    connection.onEvent((event) => event.type === 'changed' && seen.push(event.what));
    connection.onGap(() => gaps++);
    host.open();
    await settled();
  });

  it('delivers what was missed, once and in order', async () => {
    host.publish('a');
    host.drop();
    expect(connection.getState()).toMatchObject({ status: 'offline', reason: 'gone' });
    host.publish('b');
    host.publish('c');
    host.open();
    await settled();
    host.publish('d');
    expect(seen).toEqual(['a', 'b', 'c', 'd']);
    expect([gaps, connection.getState().status]).toEqual([0, 'online']);
  });

  it('holds back events that overtake the answer about what was missed', async () => {
    host.drop();
    host.publish('a');
    host.hold();
    host.open();
    host.publish('b');
    expect(seen).toEqual([]);
    host.release();
    await settled();
    expect(seen).toEqual(['a', 'b']);
  });

  it('says so when what was missed is gone, and goes on from there', async () => {
    host.publish('a');
    host.drop();
    host.publish('lost');
    host.publish('lost too');
    host.forget();
    host.publish('kept');
    host.open();
    await settled();
    host.publish('z');
    expect(gaps).toBe(1);
    expect(seen).toEqual(['a', 'z']);
  });

  it('starts afresh with a host that was started again', async () => {
    host.drop();
    host.restart();
    host.open();
    await settled();
    host.publish('new');
    expect([gaps, seen]).toEqual([1, ['new']]);
  });
});
