/** Inside Electron: the preload script's bridge, which the shell connects to the host process. */
import type { FineStudioBridge, HostState } from '@shared/bridge';
import { AppError } from '@shared/errors';
import type { Transport, TransportListener } from './transport';

const REASONS: Record<HostState['state'], string> = {
  starting: 'The engine process is starting.',
  ready: '',
  restarting: 'The engine process ended and is being started again.',
  failed: 'The engine process ended several times and was not started again.',
};

export function bridgeTransport(bridge: FineStudioBridge): Transport {
  const stops: (() => void)[] = [];
  return {
    start(listener: TransportListener) {
      stops.push(bridge.onEvent((event) => listener.event(event)));
      stops.push(
        bridge.onHostState((state) => {
          if (state.state === 'ready') listener.opened();
          else listener.closed(state.message ?? REASONS[state.state]);
        }),
      );
      // The state is only reported when it changes; an answer shows that the host has been there all along.
      void bridge.invoke('app.info', {}).then((reply) => {
        if ('result' in reply) listener.opened();
      });
    },
    async request(method, params) {
      const reply = await bridge.invoke(method, params);
      if ('error' in reply) throw AppError.fromInfo(reply.error);
      return reply.result;
    },
    fileUrl: (path) => bridge.fileUrl(path),
    retryNow: () => void bridge.restartHost(),
    close: () => stops.splice(0).forEach((stop) => stop()),
  };
}
