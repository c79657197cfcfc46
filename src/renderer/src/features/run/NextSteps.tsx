/** What one does with a run that is complete, by what it left. */
import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDna, IconPackageExport, IconPhoto, IconStack2 } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import type { Checkpoint, Run } from '@shared/entities';
import { useCall, useTask } from '../../client/hooks';
import { LinkButton } from '../../components/links';

export function NextSteps({ run }: { run: Run }) {
  const checkpoint = useCall('checkpoints.list', { runId: run.id }, { enabled: run.status === 'completed' }).data?.[0];
  const learngene = useCall('learngenes.list', {}, { enabled: run.status === 'completed' }).data?.find((l) => l.checkpointId === checkpoint?.id);
  if (!checkpoint) return null;
  const search = { checkpoint: checkpoint.id };
  const isSource = run.kind === 'pretrain' || run.kind === 'distill';
  const extracts = isSource && !learngene;
  return (
    <>
      <LinkButton variant="default" to={`/checkpoints/${checkpoint.id}`} leftSection={<IconPhoto size={16} />}>Draw samples</LinkButton>
      {!isSource && <LinkButton to="/export" search={search} leftSection={<IconPackageExport size={16} />}>Export</LinkButton>}
      {extracts && <LinkButton variant={checkpoint.form === 'factorised' ? 'default' : 'filled'} to="/extract" search={search} leftSection={<IconDna size={16} />}>Extract the learngene</LinkButton>}
      {extracts && checkpoint.form === 'factorised' && <MakeSizes checkpoint={checkpoint} />}
      {isSource && learngene && <LinkButton to="/initialize" search={{ learngene: learngene.id }} leftSection={<IconStack2 size={16} />}>Initialise sizes</LinkButton>}
    </>
  );
}

/** The learngene of a factorised model is taken out as it is, in seconds: whoever wants sizes need not know of it. */
function MakeSizes({ checkpoint }: { checkpoint: Checkpoint }) {
  const extract = useTask('learngenes.extract');
  const navigate = useNavigate();
  const make = () =>
    extract.mutate({ checkpointId: checkpoint.id }, {
      onSuccess: ({ learngene }) => void navigate({ to: '/initialize', search: { learngene: learngene.id } as never }),
      onError: (error) => error.code !== 'cancelled' && void notifications.show({ title: 'The learngene could not be taken out', message: [error.message, error.hint].filter(Boolean).join(' '), color: 'madder', autoClose: false }),
    });
  return <Button leftSection={<IconStack2 size={16} />} loading={extract.isPending} onClick={make}>Make model sizes</Button>;
}
