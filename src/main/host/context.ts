/** What every request handler works with. */
import type { Catalog } from '../catalog';
import type { Method, Params, Result } from '../../shared/protocol';
import type { Demo } from './demo';
import type { EventLog } from './events';
import type { Home } from './home';
import type { RunQueue } from './run-queue';
import type { TaskRunner } from './tasks';

export interface HostContext {
  readonly home: Home;
  readonly catalog: Catalog;
  readonly events: EventLog;
  readonly queue: RunQueue;
  readonly tasks: TaskRunner;
  readonly demo: Demo;
  /** Folder of the files that ship with the program. */
  readonly resources: string;
  readonly version: string;
  /** Whether the backends of this machine are compared before the choice is left to the program. */
  readonly comparesBackends: boolean;
}

export type Handler<M extends Method> = (context: HostContext, params: Params<M>) => Result<M> | Promise<Result<M>>;
export type Handlers = { [M in Method]: Handler<M> };
/** The handlers of one area: `HandlersOf<'runs'>` are all methods that begin with "runs.". */
export type HandlersOf<Area extends string> = { [M in Extract<Method, `${Area}.${string}`>]: Handler<M> };
