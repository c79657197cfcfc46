/** How requests reach the host and events come back. Two kinds: a WebSocket in a browser, the preload bridge in Electron. */
import type { SequencedEvent } from '@shared/protocol';

export interface TransportListener {
  opened(): void;
  /** `reason` is a sentence for a person. */
  closed(reason: string): void;
  event(event: SequencedEvent): void;
}

export interface Transport {
  /** Starts to connect and to report; called once. */
  start(listener: TransportListener): void;
  /** Answers with the host's result; rejects with an `AppError`, `crashed` when the connection is lost on the way. */
  request(method: string, params: unknown): Promise<unknown>;
  fileUrl(path: string): string;
  /** Tries at once instead of at the next scheduled moment. */
  retryNow(): void;
  close(): void;
}
