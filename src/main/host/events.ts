/** Events in order: each gets a sequence number, the latest are kept for clients that come back. */
import type { HostEvent, SequencedEvent } from '../../shared/protocol';

const KEEP = 10_000;

export class EventLog {
  private readonly ring: SequencedEvent[] = [];
  private readonly listeners = new Set<(event: SequencedEvent) => void>();
  /** Starts from the clock, so that a client of an earlier host can never mistake this host's numbers for that one's. */
  private seq = Date.now() * 1000;
  private readonly start = this.seq;

  get last(): number {
    return this.seq;
  }

  publish(event: HostEvent): void {
    const sequenced = { ...event, seq: ++this.seq } as SequencedEvent;
    this.ring.push(sequenced);
    if (this.ring.length > KEEP * 1.2) this.ring.splice(0, this.ring.length - KEEP);
    for (const listener of this.listeners) listener(sequenced);
  }

  subscribe(listener: (event: SequencedEvent) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Everything after `seq`. `complete` is false when some of it is gone: the client then asks for fresh lists. */
  since(seq: number): { seq: number; events: SequencedEvent[]; complete: boolean } {
    const oldest = this.ring[0]?.seq ?? this.seq + 1;
    const complete = seq >= this.start && seq <= this.seq && seq + 1 >= oldest;
    return { seq: this.seq, events: complete ? this.ring.slice(seq + 1 - oldest) : [], complete };
  }
}
