/** The three states of a request: on its way, refused, there. */
import { Skeleton } from '@mantine/core';
import { IconMapOff } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { AppError } from '@shared/errors';
import { EmptyState } from './EmptyState';
import { ErrorPanel } from './ErrorPanel';
import { LinkButton } from './links';

/** `height` is what the content will take, so that nothing jumps when it comes. */
export function Loaded<T>({ query, height = 160, children }: { query: UseQueryResult<T, AppError>; height?: number; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error?.code === 'not-found') return <EmptyState icon={IconMapOff} sentence={`${query.error.message} It may have been erased since, or its address is mistyped.`} action={<LinkButton to="/">Go home</LinkButton>} />;
  if (query.error) return <ErrorPanel error={query.error} onRetry={() => void query.refetch()} />;
  return <Skeleton height={height} radius="md" role="status" aria-label="Loading" />;
}
