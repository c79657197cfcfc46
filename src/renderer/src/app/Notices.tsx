/** Short notices about what ended while one looked elsewhere. In Electron the shell shows the system's own as well. */
import { notifications, Notifications } from '@mantine/notifications';
import { useRef } from 'react';
import { useHostEvents } from '../client/hooks';
import { useSettings } from '../client/settings';
import { LinkButton } from '../components/links';

const ENDINGS: Record<string, { title: string; color: string }> = {
  completed: { title: 'Run completed', color: 'viridian' },
  failed: { title: 'Run failed', color: 'madder' },
  interrupted: { title: 'Run interrupted', color: 'ochre' },
};

export function Notices() {
  const known = useRef(new Map<string, string>());
  const wanted = useSettings().data?.notifications ?? true;
  useHostEvents((event) => {
    if (event.type === 'run') {
      const { run } = event;
      const before = known.current.get(run.id);
      known.current.set(run.id, run.status);
      const ending = ENDINGS[run.status];
      if (!wanted || !ending || before === undefined || before === run.status) return;
      notifications.show({
        id: `run-${run.id}`,
        title: ending.title,
        color: ending.color,
        message: (
          <LinkButton to={`/runs/${run.id}`} variant="subtle" size="compact-sm">
            {run.name}
          </LinkButton>
        ),
        autoClose: run.status === 'completed' ? 8000 : false,
      });
    } else if (event.type === 'task' && event.task.status === 'failed') {
      notifications.show({ id: event.task.taskId, title: 'A task failed', message: event.task.label, color: 'madder', autoClose: false });
    }
  });
  return <Notifications position="bottom-left" aria-live="polite" />;
}
