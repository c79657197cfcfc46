/**
 * The window's `ServiceClient`: requests through a transport, events in the order of their sequence numbers without a gap.
 * After a lost connection it asks `events.since` for what it missed; when the host no longer has that, `onGap` tells
 * everybody to ask again. Until then views keep what they show, marked as stale by `state`.
 */
import type { SequencedEvent, ServiceClient } from '@shared/protocol';
import type { Transport } from './transport';

export interface ConnectionState {
  status: 'connecting' | 'online' | 'offline';
  /** Why it is offline. */
  reason: string;
  /** Since when (epoch milliseconds). */
  since: number;
}

export interface Connection extends ServiceClient {
  getState(): ConnectionState;
  onState(listener: () => void): () => void;
  /** Events were lost for good: whatever was built from them must be fetched again. */
  onGap(listener: () => void): () => void;
  retryNow(): void;
}

function emitter<T>() {
  const listeners = new Set<(value: T) => void>();
  return {
    emit: (value: T) => [...listeners].forEach((listener) => listener(value)),
    on(listener: (value: T) => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

export function connect(transport: Transport): Connection {
  const events = emitter<SequencedEvent>();
  const states = emitter<void>();
  const gaps = emitter<void>();
  let state: ConnectionState = { status: 'connecting', reason: '', since: Date.now() };
  let last = 0;
  /** Events that came while `events.since` was being asked; null when nothing is asked. */
  let waiting: SequencedEvent[] | null = [];
  let attempt = 0;

  const setState = (status: ConnectionState['status'], reason = '') => {
    if (state.status === status && state.reason === reason) return;
    state = { status, reason, since: state.status === status ? state.since : Date.now() };
    states.emit();
  };

  const deliver = (event: SequencedEvent) => {
    if (event.seq <= last) return;
    last = event.seq;
    events.emit(event);
  };

  const synchronise = async () => {
    const mine = ++attempt;
    waiting ??= [];
    try {
      const missed = (await transport.request('events.since', { seq: last })) as { seq: number; events: SequencedEvent[]; complete: boolean };
      if (mine !== attempt) return;
      const first = last === 0;
      if (missed.complete) missed.events.forEach(deliver);
      else last = missed.seq;
      const held = waiting ?? [];
      waiting = null;
      if (!missed.complete && !first) gaps.emit();
      held.forEach(deliver);
      setState('online');
    } catch {
      if (mine === attempt && state.status !== 'offline') setState('offline', 'The host did not answer.');
    }
  };

  transport.start({
    opened: () => void synchronise(),
    closed: (reason) => {
      attempt++;
      waiting = [];
      setState('offline', reason);
    },
    event: (event) => {
      if (waiting) waiting.push(event);
      else if (event.seq > last + 1) {
        waiting = [event];
        void synchronise();
      } else deliver(event);
    },
  });

  return {
    call: (method, params) => transport.request(method, params) as never,
    onEvent: events.on,
    fileUrl: (path) => transport.fileUrl(path),
    close: () => transport.close(),
    getState: () => state,
    onState: states.on,
    onGap: gaps.on,
    retryNow: () => transport.retryNow(),
  };
}
