/**
 * Short notices about what ended while one looked elsewhere. In Electron the shell shows the system's own as well. They stand
 * small in the corner where no screen begins anything, never more than three; Escape closes the latest.
 */
import { notifications, Notifications, useNotifications } from '@mantine/notifications';
import { IconBellOff } from '@tabler/icons-react';
import { useRouter } from '@tanstack/react-router';
import { useRef } from 'react';
import { useHostEvents } from '../client/hooks';
import { useSettings } from '../client/settings';
import { LinkButton } from '../components/links';
import { isEscapeTaken } from './actions/escape';
import { useActions } from './actions/registry';

const ENDINGS: Record<string, { title: string; color: string }> = {
  completed: { title: 'Run completed', color: 'viridian' },
  failed: { title: 'Run failed', color: 'madder' },
  interrupted: { title: 'Run interrupted', color: 'ochre' },
};
const MOST = 3;
const SHOWN_MS = 6000;

/** Offers to close the latest notice while there is one. */
function useDismissal(): void {
  const shown = useNotifications().notifications;
  const latest = shown.at(-1)?.id;
  const dismiss = () => {
    if (!isEscapeTaken()) notifications.hide(latest!);
  };
  useActions(latest === undefined ? [] : [{ id: 'view.dismiss', label: 'Close the latest notice', group: 'View', icon: IconBellOff, shortcut: 'Escape', run: dismiss }]);
}

export function Notices() {
  const known = useRef(new Map<string, string>());
  const router = useRouter();
  const wanted = useSettings().data?.notifications ?? true;
  useDismissal();
  useHostEvents((event) => {
    if (event.type === 'run') {
      const { run } = event;
      const before = known.current.get(run.id);
      known.current.set(run.id, run.status);
      const ending = ENDINGS[run.status];
      if (!wanted || !ending || before === undefined || before === run.status) return;
      // The run's own page says it, and larger; so does the one of the sizes that were started with it.
      if ([`/runs/${run.id}`, `/initialize/${run.groupId}`].includes(router.state.location.pathname) && document.visibilityState === 'visible') return;
      notifications.show({
        id: `run-${run.id}`,
        title: ending.title,
        color: ending.color,
        message: (
          <LinkButton to={`/runs/${run.id}`} variant="subtle" size="compact-sm">
            {run.name}
          </LinkButton>
        ),
        autoClose: run.status === 'completed' ? SHOWN_MS : false,
      });
    } else if (event.type === 'task' && event.task.status === 'failed') {
      notifications.show({ id: event.task.taskId, title: 'A task failed', message: event.task.label, color: 'madder', autoClose: false });
    }
  });
  return <Notifications position="bottom-right" limit={MOST} autoClose={SHOWN_MS} containerWidth={320} aria-live="polite" />;
}
