/** All migrations in order. To change the catalogue add a file `NNNN-name.ts` and a line here; never edit one that was released. */
import type { Migration } from '../migrate';
import { initial } from './0001-initial';
import { evaluations } from './0002-evaluations';
import { learngeneOrigin } from './0003-learngene-origin';
import { runSittings } from './0004-run-sittings';

export const MIGRATIONS: readonly Migration[] = [initial, evaluations, learngeneOrigin, runSittings];
