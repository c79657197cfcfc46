/** Every request by name. A new area is a file and a line here; the compiler says when a request has no handler. */
import type { Handlers } from '../context';
import { app } from './app';
import { backends } from './backends';
import { checkpoints } from './checkpoints';
import { datasets } from './datasets';
import { demo } from './demo';
import { evaluations } from './evaluations';
import { events } from './events';
import { exports } from './exports';
import { learngenes } from './learngenes';
import { lineage } from './lineage';
import { runs } from './runs';
import { samples } from './samples';
import { settings } from './settings';
import { tasks } from './tasks';
import { trash } from './trash';

export const handlers: Handlers = { ...app, ...backends, ...checkpoints, ...datasets, ...demo, ...evaluations, ...events, ...exports, ...learngenes, ...lineage, ...runs, ...samples, ...settings, ...tasks, ...trash };
