/** What one does with a run that is complete, by what it left. */
import { IconDna, IconPackageExport, IconPhoto, IconStack2 } from '@tabler/icons-react';
import type { Run } from '@shared/entities';
import { useCall } from '../../client/hooks';
import { LinkButton } from '../../components/links';

export function NextSteps({ run }: { run: Run }) {
  const checkpoint = useCall('checkpoints.list', { runId: run.id }, { enabled: run.status === 'completed' }).data?.[0];
  const learngene = useCall('learngenes.list', {}, { enabled: run.status === 'completed' }).data?.find((l) => l.checkpointId === checkpoint?.id);
  if (!checkpoint) return null;
  const search = { checkpoint: checkpoint.id };
  const isSource = run.kind === 'pretrain' || run.kind === 'distill';
  return (
    <>
      <LinkButton variant="default" to={`/checkpoints/${checkpoint.id}`} leftSection={<IconPhoto size={16} />}>Draw samples</LinkButton>
      {!isSource && <LinkButton to="/export" search={search} leftSection={<IconPackageExport size={16} />}>Export</LinkButton>}
      {isSource && !learngene && <LinkButton to="/extract" search={search} leftSection={<IconDna size={16} />}>Extract the learngene</LinkButton>}
      {isSource && learngene && <LinkButton to="/initialize" search={{ learngene: learngene.id }} leftSection={<IconStack2 size={16} />}>Initialise sizes</LinkButton>}
    </>
  );
}
