import type { Sample } from '@shared/entities';
import { plural } from '../format/format';

const MOST_NAMES = 6;
const LIST = new Intl.ListFormat('en');

/** What a grid of samples shows, as a person would say it: "16 pictures drawn by A run at step 1,000, in 4 rows of 4: cats and dogs". */
export function gridText({ config, columns, rows }: Sample, drawn: string, classNames: readonly string[] = []): string {
  const classes = Array.isArray(config.classes) ? (config.classes as number[]) : [];
  const count = classes.length || columns * rows;
  const names = [...new Set(classes)].map((c) => classNames[c] ?? (classNames.length > 0 && c === classNames.length ? 'no class' : `class ${c}`));
  const listed = names.length > MOST_NAMES ? [...names.slice(0, MOST_NAMES), plural(names.length - MOST_NAMES, 'other class', 'other classes')] : names;
  const place = rows > 1 ? `, in ${rows} rows of ${columns}` : '';
  return `${plural(count, 'picture')} ${drawn}${place}${listed.length > 0 ? `: ${LIST.format(listed)}` : ''}`;
}
