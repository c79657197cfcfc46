import { ScrollArea, Text, Title, Tooltip, UnstyledButton } from '@mantine/core';
import type { Sample } from '@shared/entities';
import { useConnection } from '../../client/context';
import { formatTime } from '../../format/format';
import { describeSample } from './describe';

const MOST = 60;

/** Earlier grids, newest first; a click shows one and brings its settings back into the form. */
export function History({ samples, shownId, onPick }: { samples: readonly Sample[]; shownId: string | undefined; onPick(sample: Sample): void }) {
  const connection = useConnection();
  const drawn = samples.filter((s) => s.runId === null && s.file.endsWith('.png')).toSorted((a, b) => b.createdAt - a.createdAt).slice(0, MOST);
  return (
    <div style={{ marginTop: 12, minHeight: 118 }}>
      <Title order={3} mb={6}>Drawn before</Title>
      {drawn.length === 0 ? (
        <Text size="sm" c="dimmed">Every grid that you draw is kept here with its settings.</Text>
      ) : (
        <ScrollArea type="auto" offsetScrollbars viewportProps={{ tabIndex: -1 }}>
          <div style={{ display: 'flex', gap: 8, padding: 3 }}>
            {drawn.map((s) => (
              <Tooltip key={s.id} label={`${describeSample(s)}, ${formatTime(s.createdAt)}`}>
                <UnstyledButton onClick={() => onPick(s)} aria-label={`Show: ${describeSample(s)}, ${formatTime(s.createdAt)}`} aria-pressed={s.id === shownId} style={{ flex: 'none', padding: 2, borderRadius: 6, border: `2px solid ${s.id === shownId ? 'var(--accent)' : 'transparent'}` }}>
                  <img className="pixelated" src={connection.fileUrl(s.file)} alt="" width={72} height={72} loading="lazy" style={{ display: 'block', objectFit: 'cover', objectPosition: 'left top', borderRadius: 4 }} />
                </UnstyledButton>
              </Tooltip>
            ))}
          </div>
        </ScrollArea>
      )}
    </div>
  );
}
