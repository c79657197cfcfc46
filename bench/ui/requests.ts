/** The host's WebSocket as the window speaks it: requests and their answers, timed from here. */
export class Requests {
  private id = 0;
  private readonly waiting = new Map<number, (reply: { result?: unknown; error?: { message: string } }) => void>();

  private constructor(private readonly socket: WebSocket) {
    socket.addEventListener('message', ({ data }) => {
      // Events come by the dozen; only answers carry an id.
      const reply = JSON.parse(String(data)) as { id?: number; result?: unknown; error?: { message: string } };
      if (reply.id !== undefined) this.waiting.get(reply.id)?.(reply);
    });
  }

  /** @param url as the host prints it, with the token in its fragment */
  static async open(url: string): Promise<Requests> {
    const { host, hash } = new URL(url);
    const socket = new WebSocket(`ws://${host}/ws?${hash.slice(1)}`);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve, { once: true });
      socket.addEventListener('error', () => reject(new Error(`No connection to ${host}.`)), { once: true });
    });
    return new Requests(socket);
  }

  async call(method: string, params: object): Promise<unknown> {
    const id = ++this.id;
    const reply = new Promise<{ result?: unknown; error?: { message: string } }>((resolve) => this.waiting.set(id, resolve));
    this.socket.send(JSON.stringify({ id, method, params }));
    const { result, error } = await reply;
    this.waiting.delete(id);
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  /** Milliseconds of each, one after the other; the first is asked once more beforehand and not counted. */
  async times(calls: [method: string, params: object][]): Promise<number[]> {
    await this.call(...calls[0]!);
    const times: number[] = [];
    for (const call of calls) {
      const began = performance.now();
      await this.call(...call);
      times.push(performance.now() - began);
    }
    return times;
  }

  close(): void {
    this.socket.close();
  }
}
