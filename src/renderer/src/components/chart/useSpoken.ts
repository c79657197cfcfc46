import { useEffect, useRef, useState } from 'react';

const EVERY_MS = 15_000;

/** `text`, but changed at most every 15 s: what a polite live region can say without talking all the time. */
export function useSpoken(text: string): string {
  const [spoken, setSpoken] = useState(text);
  const latest = useRef(text);
  useEffect(() => {
    latest.current = text;
  });
  useEffect(() => {
    const timer = setInterval(() => setSpoken(latest.current), EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return spoken;
}
