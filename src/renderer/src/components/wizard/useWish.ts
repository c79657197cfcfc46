import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';

/**
 * What a link brings to a form, such as a checkpoint: `take` is called once for each wish, after that the form is the person's.
 * The wish then leaves the address, but for `rest`, so that loading the page again keeps what was entered since.
 */
export function useWish(wish: string | null, take: () => void, rest: Record<string, unknown> = {}): void {
  const path = useRouterState({ select: (s) => s.location.pathname });
  const navigate = useNavigate();
  const taken = useRef<string | null>(null);
  useEffect(() => {
    if (!wish) {
      taken.current = null;
      return;
    }
    if (taken.current === wish) return;
    taken.current = wish;
    take();
    void navigate({ to: path, search: rest as never, replace: true });
  }, [wish, take, navigate, path, rest]);
}
