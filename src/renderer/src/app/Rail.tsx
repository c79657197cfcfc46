/** Left navigation: icon and label, in groups; below 56rem only icons, named by tooltip and for screen readers. */
import { Tooltip } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Link, useRouterState } from '@tanstack/react-router';
import { ACTIONS, type ActionId } from '@shared/actions';
import { useCall } from '../client/hooks';
import { ACTION_ICONS, ACTION_PATHS } from './actions/GlobalActions';
import { Logo } from './Logo';

const GROUPS: { title: string; ids: ActionId[] }[] = [
  { title: '', ids: ['go.home'] },
  { title: 'Work', ids: ['go.runs', 'go.queue', 'go.bench'] },
  { title: 'Material', ids: ['go.data', 'go.learngenes', 'go.checkpoints'] },
  { title: 'Understand', ids: ['go.sizes', 'go.lineage'] },
  { title: 'Studio', ids: ['go.backends', 'go.trash', 'go.settings', 'go.about'] },
];

/** Wizards belong to the material that they make. */
const OWNERS: Record<string, ActionId> = { '/pretrain': 'go.runs', '/train': 'go.runs', '/extract': 'go.learngenes', '/initialize': 'go.learngenes', '/export': 'go.checkpoints', '/exports': 'go.checkpoints' };

function isCurrent(id: ActionId, path: string): boolean {
  const owner = OWNERS[`/${path.split('/')[1]}`];
  if (owner) return owner === id;
  const target = ACTION_PATHS[id]!;
  return target === '/' ? path === '/' : path === target || path.startsWith(`${target}/`);
}

export function Rail() {
  const path = useRouterState({ select: (s) => s.location.pathname });
  const narrow = useMediaQuery('(width < 56rem)') ?? false;
  const busy = useCall('runs.list', { status: ['running', 'queued', 'paused'], limit: 1 }).data?.total ?? 0;
  return (
    <nav className="rail" aria-label="Screens">
      <div className="rail-brand" aria-hidden>
        <Logo />
        <span className="rail-text">FINE Studio</span>
      </div>
      {GROUPS.map(({ title, ids }) => (
        <div key={title}>
          {title && <div className="rail-group">{title}</div>}
          {ids.map((id) => {
            const Icon = ACTION_ICONS[id];
            const label = ACTIONS.find((a) => a.id === id)!.label;
            return (
              <Tooltip key={id} label={label} position="right" disabled={!narrow}>
                <Link to={ACTION_PATHS[id]!} className="rail-link" aria-label={narrow ? label : undefined} aria-current={isCurrent(id, path) ? 'page' : undefined} activeProps={{}}>
                  <Icon size={18} stroke={1.6} aria-hidden />
                  <span className="rail-text">{label}</span>
                  {id === 'go.queue' && busy > 0 && <span className="rail-count">{busy}<span className="visually-hidden"> waiting or at work</span></span>}
                </Link>
              </Tooltip>
            );
          })}
        </div>
      ))}
    </nav>
  );
}
