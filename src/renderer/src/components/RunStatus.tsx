import { Badge } from '@mantine/core';
import { type Icon, IconAlertTriangle, IconBan, IconCheck, IconClock, IconPlayerPause, IconPlayerPlay, IconX } from '@tabler/icons-react';
import type { RunStatus as Status } from '@shared/entities';

const LOOKS: Record<Status, { color: string; icon: Icon; label: string }> = {
  queued: { color: 'gray', icon: IconClock, label: 'Queued' },
  running: { color: 'viridian', icon: IconPlayerPlay, label: 'Running' },
  paused: { color: 'ochre', icon: IconPlayerPause, label: 'Paused' },
  interrupted: { color: 'ochre', icon: IconAlertTriangle, label: 'Interrupted' },
  completed: { color: 'viridian', icon: IconCheck, label: 'Completed' },
  failed: { color: 'madder', icon: IconX, label: 'Failed' },
  cancelled: { color: 'gray', icon: IconBan, label: 'Cancelled' },
};

/** State of a run, by icon and word as well as by colour. */
export function RunStatus({ status }: { status: Status }) {
  const look = LOOKS[status];
  return (
    <Badge miw="max-content" color={look.color} variant={status === 'running' ? 'filled' : 'light'} leftSection={<look.icon size={12} aria-hidden />}>
      {look.label}
    </Badge>
  );
}

export const RUN_KIND_LABELS = { pretrain: 'Pretraining', initialize: 'Initialisation', train: 'Training', distill: 'Distillation', bench: 'Comparison' } as const;
