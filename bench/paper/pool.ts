/** Stages spread over worker processes, each result kept in a file, so that an interrupted comparison goes on where it was. */
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTask } from './run';
import { type ResultOf, type Task, keyOf } from './tasks';

export const WORKER_FLAG = '--stage-worker';

interface Reply {
  key: string;
  result?: unknown;
  error?: string;
}

export class Pool {
  private readonly idle: ChildProcess[] = [];
  private readonly all: ChildProcess[] = [];
  private readonly waiting: ((worker: ChildProcess) => void)[] = [];
  private readonly known = new Map<string, Promise<unknown>>();
  private done = 0;

  constructor(
    private readonly dir: string,
    workers: number,
    private readonly log: (line: string) => void,
  ) {
    for (let i = 0; i < workers; i++) {
      const worker = fork(process.argv[1], [WORKER_FLAG, dir], { execArgv: process.execArgv });
      this.all.push(worker);
      this.idle.push(worker);
    }
  }

  /** The stage's result: from the file of an earlier run, from a stage that is running already, or computed now. */
  run<T extends Task>(task: T): Promise<ResultOf<T>> {
    const key = keyOf(task);
    let result = this.known.get(key);
    if (!result) {
      result = this.load(key) ?? this.compute(task, key);
      this.known.set(key, result);
    }
    return result as Promise<ResultOf<T>>;
  }

  /** The result of a stage that has been run, now or earlier; null otherwise. */
  async find<T extends Task>(task: T): Promise<ResultOf<T> | null> {
    return (this.load(keyOf(task)) as Promise<ResultOf<T>> | null) ?? null;
  }

  close(): void {
    for (const worker of this.all) worker.disconnect();
  }

  private file(key: string): string {
    return join(this.dir, `${key}.json`);
  }

  private load(key: string): Promise<unknown> | null {
    return existsSync(this.file(key)) ? Promise.resolve(JSON.parse(readFileSync(this.file(key), 'utf8'))) : null;
  }

  private async compute(task: Task, key: string): Promise<unknown> {
    const worker = this.idle.pop() ?? (await new Promise<ChildProcess>((resolve) => this.waiting.push(resolve)));
    const started = performance.now();
    try {
      const result = await ask(worker, task, key);
      writeFileSync(`${this.file(key)}.part`, JSON.stringify(result));
      renameSync(`${this.file(key)}.part`, this.file(key));
      this.log(`${++this.done} ${describe(task)}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
      return result;
    } finally {
      const next = this.waiting.shift();
      if (next) next(worker);
      else this.idle.push(worker);
    }
  }
}

function describe(task: Task): string {
  switch (task.kind) {
    case 'features': return 'feature extractors';
    case 'source': return `pretraining ${task.method}, ${task.steps} steps at ${task.learningRate}, seed ${task.seed}`;
    case 'target': return `${task.method}${task.sigmaStart ? ` (${task.sigmaStart})` : ''}, depth ${task.config.depth}, ${task.steps} steps at ${task.learningRate}, seed ${task.seed}`;
    default: return task satisfies never;
  }
}

function ask(worker: ChildProcess, task: Task, key: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      worker.off('message', onMessage);
      worker.off('exit', onExit);
    };
    const onMessage = (reply: Reply) => {
      if (reply.key !== key) return;
      settle();
      if (reply.error) reject(new Error(`${describe(task)}: ${reply.error}`));
      else resolve(reply.result);
    };
    const onExit = (code: number | null) => {
      settle();
      reject(new Error(`A worker ended with code ${code} during ${describe(task)}.`));
    };
    worker.on('message', onMessage);
    worker.on('exit', onExit);
    worker.send({ key, task });
  });
}

/** The other side: answers stages until the parent goes away. */
export function serveStages(dir: string): void {
  process.on('message', ({ key, task }: { key: string; task: Task }) => {
    runTask(task, dir).then(
      (result) => process.send!({ key, result } satisfies Reply),
      (error: unknown) => process.send!({ key, error: error instanceof Error ? (error.stack ?? error.message) : String(error) } satisfies Reply),
    );
  });
  process.on('disconnect', () => process.exit(0));
}
