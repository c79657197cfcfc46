import { ActionIcon, Button, Tooltip } from '@mantine/core';
import type { RunDoing } from './useRunDoing';

const MAIN = ['run.pause', 'run.cancel', 'run.resume'];

/** The run's actions: the ones that change its course as buttons, the others as icons. A stopped run's banner has its own button to resume. */
export function RunButtons({ doing, resumeElsewhere }: { doing: RunDoing; resumeElsewhere: boolean }) {
  return (
    <>
      {doing.actions.filter((a) => !MAIN.includes(a.id)).map((a) => (
        <Tooltip key={a.id} label={a.refused ?? a.label}>
          <ActionIcon size="lg" aria-label={a.label} disabled={a.refused !== undefined} onClick={a.run}><a.icon size={18} stroke={1.6} /></ActionIcon>
        </Tooltip>
      ))}
      {doing.actions.filter((a) => MAIN.includes(a.id) && !(resumeElsewhere && a.id === 'run.resume')).map((a) => (
        <Button key={a.id} variant={a.id === 'run.resume' ? 'filled' : 'default'} leftSection={<a.icon size={16} />} loading={doing.pending !== null && a.id === `run.${doing.pending}`} onClick={a.run}>{a.label}</Button>
      ))}
    </>
  );
}
