/** All screens of the window. A screen is a folder in `features/` with a `screens.ts`; adding one is a line here. */
import type { FunctionComponent } from 'react';
import { screens as about } from '../features/about/screens';
import { screens as backends } from '../features/backends/screens';
import { screens as bench } from '../features/bench/screens';
import { screens as checkpoints } from '../features/checkpoints/screens';
import { screens as data } from '../features/data/screens';
import { screens as exporting } from '../features/export/screens';
import { screens as extract } from '../features/extract/screens';
import { screens as home } from '../features/home/screens';
import { screens as initialize } from '../features/initialize/screens';
import { screens as learngenes } from '../features/learngenes/screens';
import { screens as lineage } from '../features/lineage/screens';
import { screens as pretrain } from '../features/pretrain/screens';
import { screens as queue } from '../features/queue/screens';
import { screens as run } from '../features/run/screens';
import { screens as runs } from '../features/runs/screens';
import { screens as settings } from '../features/settings/screens';
import { screens as sizes } from '../features/sizes/screens';
import { screens as trash } from '../features/trash/screens';
import { screens as train } from '../features/train/screens';

export interface Screen {
  /** With `$name` for a parameter, read by `useScreenParams`. */
  path: string;
  /** Title of the window while the screen has not set a better one. */
  title: string;
  load(): Promise<{ default: FunctionComponent }>;
  /** One goes there so often that its code is fetched as soon as the window has nothing else to do. */
  early?: boolean;
}

export const SCREENS: readonly Screen[] = [
  ...home, ...runs, ...run, ...queue, ...bench, ...data, ...learngenes, ...lineage, ...checkpoints,
  ...pretrain, ...extract, ...initialize, ...train, ...exporting, ...sizes, ...backends, ...trash, ...settings, ...about,
];
