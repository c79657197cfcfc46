/** Runs one command: opens the session, prints the result or the error, sets the exit code, handles Ctrl+C. */
import type { Command } from 'commander';
import { AppError, toErrorInfo } from '../../../shared/errors';
import { defaultHome } from '../home';
import { Output, type CommandResult } from './output';
import { openSession, type Session } from './session';

export interface GlobalOptions {
  home?: string;
  json?: boolean;
  recover?: boolean;
}

const INTERRUPTED = 130;


/** Wraps `work` as a commander action. Its positional arguments come as `args`, its options with the global ones merged in. */
export function action<O extends object>(work: (session: Session, options: O & GlobalOptions, args: string[]) => Promise<CommandResult>, home?: (options: GlobalOptions) => string) {
  return async (...params: unknown[]): Promise<void> => {
    const command = params.at(-1) as Command;
    const options = command.optsWithGlobals<O & GlobalOptions>();
    const output = new Output(options.json ?? false);
    let session: Session;
    try {
      session = await openSession(home ? home(options) : (options.home ?? defaultHome()), output, options.recover ?? false);
    } catch (error) {
      output.error(toErrorInfo(error));
      process.exitCode = 1;
      return;
    }
    const interrupted = onInterrupt(session, output);
    try {
      const result = await work(session, options, command.args);
      if (interrupted.done) return;
      await session.close();
      output.result(result);
    } catch (error) {
      // The end of the work is then the end that Ctrl+C brought, which says so itself.
      if (interrupted.done) return;
      const runs = [...session.ownRuns];
      output.error(toErrorInfo(error), runs.length > 0 ? { run: runs[0], runs } : {});
      process.exitCode = 1;
      await session.close();
    } finally {
      interrupted.forget();
    }
  };
}

/** The first Ctrl+C saves and ends; a second one ends at once. */
function onInterrupt(session: Session, output: Output): { done: boolean; forget(): void } {
  const state = { done: false, forget: () => {} };
  const handler = () => {
    if (state.done) process.exit(INTERRUPTED);
    state.done = true;
    const runs = [...session.ownRuns];
    output.note(`\n${runs.length > 0 ? 'Saving the state and stopping' : 'Stopping'}. Press Ctrl+C again to stop at once.`);
    void session.interrupt().finally(() => {
      output.error(new AppError('cancelled', 'Stopped.', { hint: runs.length > 0 ? `Go on with “runs resume ${runs.at(-1)}”.` : 'Nothing half-written was left behind.' }).toInfo(), runs.length > 0 ? { run: runs.at(-1), runs } : {});
      process.exit(INTERRUPTED);
    });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, handler);
  state.forget = () => {
    // While it stops, later signals must still reach the handler.
    if (!state.done) for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, handler);
  };
  return state;
}
