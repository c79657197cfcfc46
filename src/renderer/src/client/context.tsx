/** The connection and the query cache, for every component below. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { AppError } from '@shared/errors';
import type { Connection, ConnectionState } from './connection';
import { followEvents } from './invalidate';
import { followScrolling } from './frame';
import { followLive } from './live';

const ConnectionContext = createContext<Connection | null>(null);

function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // Events say when something changed; time alone changes nothing.
        staleTime: Number.POSITIVE_INFINITY,
        refetchOnWindowFocus: false,
        retry: (count, error) => error instanceof AppError && error.code === 'crashed' && count < 8,
        retryDelay: (attempt) => Math.min(4000, 300 * 2 ** attempt),
      },
    },
  });
}

export function ClientProvider({ connection, children }: { connection: Connection; children: ReactNode }) {
  const [queries] = useState(createQueryClient);
  useEffect(() => {
    const stops = [followEvents(connection, queries), followLive(connection), followScrolling()];
    return () => stops.forEach((stop) => stop());
  }, [connection, queries]);
  return (
    <ConnectionContext value={connection}>
      <QueryClientProvider client={queries}>{children}</QueryClientProvider>
    </ConnectionContext>
  );
}

export function useConnection(): Connection {
  const connection = useContext(ConnectionContext);
  if (!connection) throw new Error('useConnection outside of ClientProvider');
  return connection;
}

export function useConnectionState(): ConnectionState {
  const connection = useConnection();
  return useSyncExternalStore(connection.onState, connection.getState);
}
