import { useEffect, useRef } from 'react';

/** What a link brings to a form, such as a checkpoint: `take` is called once for each wish, after that the form is the person's. */
export function useWish(wish: string | null, take: () => void): void {
  const taken = useRef<string | null>(null);
  useEffect(() => {
    if (!wish || taken.current === wish) return;
    taken.current = wish;
    take();
  }, [wish, take]);
}
