/** Binds the actions of `@shared/actions` to what they do, and listens for the application menu. */
import { useComputedColorScheme } from '@mantine/core';
import {
  type Icon, IconBinaryTree2, IconChartDots, IconCommand, IconCpu, IconDatabase, IconDna, IconFileImport, IconFlask, IconHome, IconInfoCircle, IconKeyboard, IconListNumbers,
  IconMoonStars, IconPackageExport, IconPhotoPlus, IconPlayerPlay, IconRocket, IconRulerMeasure, IconScissors, IconSettings, IconStack2, IconSunMoon, IconTable, IconTrash, IconTrendingUp,
} from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { ACTIONS, type ActionId } from '@shared/actions';
import { useAction } from '../../client/hooks';
import { useSaveSettings } from '../../client/settings';
import { palette } from './Palette';
import { type Action, registry, runAction, useActions } from './registry';
import { useShortcuts } from './shortcuts';

export const ACTION_ICONS: Record<ActionId, Icon> = {
  'create.pretrain': IconRocket,
  'create.dataset': IconPhotoPlus,
  'create.extract': IconScissors,
  'create.learngene-import': IconFileImport,
  'create.initialize': IconStack2,
  'create.train': IconTrendingUp,
  'create.export': IconPackageExport,
  'create.demo': IconPlayerPlay,
  'go.home': IconHome,
  'go.runs': IconTable,
  'go.queue': IconListNumbers,
  'go.data': IconDatabase,
  'go.learngenes': IconDna,
  'go.checkpoints': IconChartDots,
  'go.sizes': IconRulerMeasure,
  'go.bench': IconFlask,
  'go.lineage': IconBinaryTree2,
  'go.backends': IconCpu,
  'go.trash': IconTrash,
  'go.settings': IconSettings,
  'go.about': IconInfoCircle,
  'view.theme': IconMoonStars,
  'view.theme-system': IconSunMoon,
  'help.palette': IconCommand,
  'help.shortcuts': IconKeyboard,
};

/** Where an action that opens a screen leads. */
export const ACTION_PATHS: Partial<Record<ActionId, string>> = {
  'create.pretrain': '/pretrain',
  'create.dataset': '/data/add',
  'create.extract': '/extract',
  'create.learngene-import': '/learngenes/import',
  'create.initialize': '/initialize',
  'create.train': '/train',
  'create.export': '/export',
  'go.home': '/',
  'go.runs': '/runs',
  'go.queue': '/queue',
  'go.data': '/data',
  'go.learngenes': '/learngenes',
  'go.checkpoints': '/checkpoints',
  'go.sizes': '/sizes',
  'go.bench': '/bench',
  'go.lineage': '/lineage',
  'go.backends': '/backends',
  'go.trash': '/trash',
  'go.settings': '/settings',
  'go.about': '/about',
};

export function GlobalActions() {
  const navigate = useNavigate();
  const scheme = useComputedColorScheme('light');
  const saveSettings = useSaveSettings();
  const demo = useAction('demo.start');

  const others: Partial<Record<ActionId, () => void>> = {
    'create.demo': () => {
      demo.mutate({});
      void navigate({ to: '/' });
    },
    'view.theme': () => saveSettings({ theme: scheme === 'dark' ? 'light' : 'dark' }),
    'view.theme-system': () => saveSettings({ theme: 'system' }),
    'help.palette': () => palette.toggle(),
    'help.shortcuts': () => registry.setState(({ sheet }) => ({ sheet: !sheet })),
  };
  const actions: Action[] = ACTIONS.map((info) => {
    const path = ACTION_PATHS[info.id];
    return { ...info, icon: ACTION_ICONS[info.id], run: path ? () => void navigate({ to: path }) : (others[info.id] ?? (() => {})) };
  });
  useActions(actions);
  useShortcuts();
  useEffect(() => window.fineStudio?.onAction(runAction), []);
  return null;
}
