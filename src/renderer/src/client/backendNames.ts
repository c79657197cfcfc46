import { useCall } from './hooks';

/** The name of a backend for a person; its id as long as the list is on its way. */
export function useBackendName(id: string | null): string | null {
  const backends = useCall('backends.list', {}, { enabled: id !== null }).data;
  return backends?.find((b) => b.id === id)?.name ?? id;
}
