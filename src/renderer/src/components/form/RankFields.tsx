/** Rank of the shared factors: one for all weights of a block, or one for each of the five types. */
import { Group, SimpleGrid, Stack } from '@mantine/core';
import { maxRank, type Ranks, WEIGHT_TYPES } from '@shared/config';
import type { Problem } from '../../client/plan';
import { TYPE_NAMES } from '../../format/model';
import { NumberField, SwitchField } from './fields';

export interface RankValues {
  rankPerType: boolean;
  /** Undefined is the hidden size. */
  rank?: number;
  ranks: Partial<Ranks>;
}

export const RANKS: RankValues = { rankPerType: false, ranks: {} };

/** Of a run that is copied; null is a dense one. */
export function ranksOf(ranks: Ranks | null): RankValues {
  if (!ranks) return RANKS;
  const uniform = WEIGHT_TYPES.every((type) => ranks[type] === ranks.qkv);
  return { rankPerType: !uniform, rank: uniform ? ranks.qkv : undefined, ranks };
}

/** As a request takes it: undefined leaves the hidden size to the host. */
export function rankOf(v: RankValues, hiddenSize: number | undefined): number | Ranks | undefined {
  if (!v.rankPerType) return v.rank;
  return Object.fromEntries(WEIGHT_TYPES.map((type) => [type, v.ranks[type] ?? v.rank ?? hiddenSize ?? 0])) as Ranks;
}

/** As the command line takes it. */
export function rankFlag(rank: number | Ranks | undefined): string | number | undefined {
  return typeof rank === 'object' ? WEIGHT_TYPES.map((type) => `${type}=${rank[type]}`).join(',') : rank;
}

export function RankFields({ values: v, set, problems, hiddenSize, mlpRatio }: { values: RankValues; set(change: Partial<RankValues>): void; problems: readonly Problem[]; hiddenSize: number | undefined; mlpRatio?: number }) {
  return (
    <Stack gap="sm">
      <Group align="flex-start" gap="md">
        <div style={{ width: 200 }}>
          <NumberField label={v.rankPerType ? 'Rank where none is given' : 'Rank'} field={v.rankPerType ? 'rank.all' : 'rank'} problems={problems} value={v.rank} onChange={(rank) => set({ rank })} min={1} placeholder={hiddenSize ? `${hiddenSize} (the hidden size)` : ''} help="A higher rank lowers the loss; every size carries it." />
        </div>
        <SwitchField label="A rank of its own for each type" field="rankPerType" problems={[]} checked={v.rankPerType} onChange={(rankPerType) => set({ rankPerType })} isBesideFields />
      </Group>
      {v.rankPerType && (
        <SimpleGrid cols={{ base: 2, md: 5 }} spacing="sm">
          {WEIGHT_TYPES.map((type) => {
            const most = hiddenSize ? maxRank(type, hiddenSize, mlpRatio) : undefined;
            return <NumberField key={type} label={TYPE_NAMES[type]} field={`rank.${type}`} problems={problems} value={v.ranks[type]} onChange={(rank) => set({ ranks: { ...v.ranks, [type]: rank } })} min={1} max={most} placeholder={String(v.rank ?? hiddenSize ?? '')} help={most ? `At most ${most}.` : undefined} />;
          })}
        </SimpleGrid>
      )}
    </Stack>
  );
}
