/** Command palette: every action of the moment, and runs found by name. */
import { Spotlight, createSpotlight } from '@mantine/spotlight';
import { IconChartLine, IconSearch } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useDebouncedValue } from '@mantine/hooks';
import { useCall } from '../../client/hooks';
import { RUN_KIND_LABELS } from '../../components/RunStatus';
import { Keys } from './Keys';
import { useCurrentActions } from './registry';

export const [paletteStore, palette] = createSpotlight();

function matches(words: string[], text: string): boolean {
  const low = text.toLowerCase();
  return words.every((word) => low.includes(word));
}

export function Palette() {
  const [query, setQuery] = useState('');
  const [search] = useDebouncedValue(query.trim(), 150);
  const navigate = useNavigate();
  const actions = useCurrentActions();
  const runs = useCall('runs.list', { search, limit: 8 }, { enabled: search.length > 1, keep: true });
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = actions.filter((a) => matches(words, `${a.group} ${a.label} ${a.keywords ?? ''}`));
  const groups = [...new Set(found.map((a) => a.group))];
  const foundRuns = search.length > 1 ? (runs.data?.runs ?? []) : [];
  // Runs come later than what is found here: when they are the first, Enter takes the first of them.
  const count = found.length + foundRuns.length;
  useEffect(() => {
    const { opened, listId } = paletteStore.getState();
    const list = opened && listId ? document.getElementById(listId) : null;
    if (count === 0 || !list || list.querySelector('[data-selected]')) return;
    list.querySelector('[data-action]')?.setAttribute('data-selected', 'true');
    paletteStore.updateState((state) => ({ ...state, selected: 0 }));
  }, [count]);

  return (
    <Spotlight.Root store={paletteStore} query={query} onQueryChange={setQuery} scrollable maxHeight={420} shortcut={null} clearQueryOnClose attributes={{ content: { 'aria-label': 'Command palette' } }}>
      <Spotlight.Search placeholder="What do you want to do?" aria-label="Search actions and runs" leftSection={<IconSearch size={18} />} />
      <Spotlight.ActionsList>
        {groups.map((group) => (
          <Spotlight.ActionsGroup key={group} label={group}>
            {found
              .filter((a) => a.group === group)
              .map((a) => (
                <Spotlight.Action
                  key={a.id}
                  label={a.label}
                  description={a.refused}
                  disabled={a.refused !== undefined}
                  leftSection={<a.icon size={18} stroke={1.6} />}
                  rightSection={a.shortcut ? <Keys shortcut={a.shortcut} /> : undefined}
                  onClick={() => a.run()}
                />
              ))}
          </Spotlight.ActionsGroup>
        ))}
        {foundRuns.length > 0 && (
          <Spotlight.ActionsGroup label="Runs">
            {foundRuns.map((run) => (
              <Spotlight.Action key={run.id} label={run.name} description={`${RUN_KIND_LABELS[run.kind]}, ${run.status}`} leftSection={<IconChartLine size={18} stroke={1.6} />} onClick={() => void navigate({ to: `/runs/${run.id}` })} />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {count === 0 && <Spotlight.Empty>Nothing found. Try a screen's name, “train” or “export”.</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
