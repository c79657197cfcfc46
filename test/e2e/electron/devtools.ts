/** A page or a process over the debugging protocol: enough to look and to press, in any version of Electron. */

interface Reply {
  id?: number;
  result?: unknown;
  error?: { message: string };
}

interface Evaluation {
  result: { value?: unknown };
  exceptionDetails?: { text: string; exception?: { description?: string } };
}

export class Devtools {
  private id = 0;
  private readonly waiting = new Map<number, (reply: Reply) => void>();

  private constructor(private readonly socket: WebSocket) {
    socket.addEventListener('message', (event) => {
      const reply = JSON.parse(String(event.data)) as Reply;
      if (reply.id !== undefined) this.waiting.get(reply.id)?.(reply);
    });
  }

  /** @param port of `--remote-debugging-port` or `--inspect`; @param type of target: `page` or `node` */
  static async connect(port: number, type: 'page' | 'node', timeoutMs = 30_000): Promise<Devtools> {
    const until = Date.now() + timeoutMs;
    for (;;) {
      const targets = await fetch(`http://127.0.0.1:${port}/json/list`).then((r) => r.json() as Promise<{ type: string; webSocketDebuggerUrl?: string }[]>, () => []);
      const address = targets.find((t) => t.type === type)?.webSocketDebuggerUrl;
      if (address) {
        const socket = new WebSocket(address);
        await new Promise((resolve, reject) => {
          socket.addEventListener('open', resolve, { once: true });
          socket.addEventListener('error', () => reject(new Error(`No connection to ${address}`)), { once: true });
        });
        return new Devtools(socket);
      }
      if (Date.now() > until) throw new Error(`Nothing of type ${type} to debug on port ${port}.`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async send<T>(method: string, params: object = {}): Promise<T> {
    const id = ++this.id;
    const reply = new Promise<Reply>((resolve) => this.waiting.set(id, resolve));
    this.socket.send(JSON.stringify({ id, method, params }));
    const { error, result } = await reply;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result as T;
  }

  /** Value of an expression in the target; promises are awaited. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.send<Evaluation>('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value as T;
  }

  close(): void {
    this.socket.close();
  }
}
