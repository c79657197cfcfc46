/** Choose one learngene, newest first. Where there is only one, it is chosen. */
import { IconDna } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useCall } from '../client/hooks';
import { type Problem, problemAt } from '../client/plan';
import { formatBytes, formatTime } from '../format/format';
import { rankText } from '../format/model';
import { EmptyState } from './EmptyState';
import { LinkButton } from './links';
import { Loaded } from './Loaded';
import { PickList } from './PickList';

export function LearngeneChoice({ value, onChange, problems }: { value: string | null; onChange(id: string): void; problems: readonly Problem[] }) {
  const learngenes = useCall('learngenes.list', {});
  const problem = problemAt(problems, 'learngeneId');
  const only = learngenes.data?.length === 1 ? learngenes.data[0].id : null;
  useEffect(() => {
    if (only && value === null) onChange(only);
  }, [only, value, onChange]);
  return (
    <Loaded query={learngenes} height={160}>
      {(list) =>
        list.length === 0 ? (
          <EmptyState icon={IconDna} sentence="Models of other sizes start from a learngene. Extract one from a pretrained checkpoint first." action={<LinkButton to="/extract">Extract a learngene</LinkButton>} second={<LinkButton to="/pretrain" variant="default">New pretraining</LinkButton>} />
        ) : (
          <PickList
            label="Learngene"
            value={value}
            onChange={onChange}
            error={problem && `${problem.message} ${problem.hint ?? ''}`}
            picks={list.toSorted((a, b) => b.createdAt - a.createdAt).map((l) => ({
              id: l.id,
              name: l.name,
              detail: `Hidden size ${l.hiddenSize}, ${rankText(l.ranks)}, from depth ${l.sourceDepth}, ${formatTime(l.createdAt)}`,
              figure: formatBytes(l.bytes),
            }))}
          />
        )
      }
    </Loaded>
  );
}
