/** The frame of the window: rail, content, status bar, and what floats above them. */
import { Outlet, useRouter } from '@tanstack/react-router';
import { Suspense, useEffect, useRef } from 'react';
import { GlobalActions } from './actions/GlobalActions';
import { OpenedFiles } from './OpenedFiles';
import { Palette } from './actions/Palette';
import { ShortcutSheet } from './actions/ShortcutSheet';
import { Notices } from './Notices';
import { Rail } from './Rail';
import { StatusBar } from './StatusBar';

export function Frame() {
  const router = useRouter();
  const content = useRef<HTMLElement>(null);
  // A screen reader and the keyboard follow a change of screen; the first screen leaves the focus alone.
  useEffect(
    () =>
      router.subscribe('onResolved', ({ fromLocation, pathChanged }) => {
        if (!fromLocation || !pathChanged) return;
        content.current?.scrollTo(0, 0);
        content.current?.focus({ preventScroll: true });
      }),
    [router],
  );
  return (
    <div className="frame">
      <a
        className="skip"
        href="#content"
        onClick={(event) => {
          event.preventDefault();
          content.current?.focus();
        }}
      >
        Skip to the content
      </a>
      <Rail />
      <main className="content" id="content" tabIndex={-1} ref={content} style={{ outline: 'none' }}>
        <Suspense fallback={null}>
          <Outlet />
        </Suspense>
      </main>
      <StatusBar />
      <GlobalActions />
      <OpenedFiles />
      <Palette />
      <ShortcutSheet />
      <Notices />
    </div>
  );
}
