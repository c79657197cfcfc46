/** Folders of runs: nothing but a name with slashes on each run, so that an empty folder does not exist and none can be left over. */
import { AppError } from '../../shared/errors';
import { write, type Catalog } from './open';

/** Runs per folder, of each folder itself and not of those below it; '' counts the runs in none. Sorted by name. */
export function listFolders(catalog: Catalog): { folder: string; runs: number }[] {
  return catalog.prepare('SELECT folder, count(*) AS runs FROM runs WHERE trashed_at IS NULL GROUP BY folder ORDER BY folder').all() as { folder: string; runs: number }[];
}

/** "  a / b/" -> "a/b". */
export function folderName(text: string): string {
  return text.split('/').map((part) => part.trim()).filter(Boolean).join('/');
}

/** All of the runs or none. Throws `not-found`. Returns the folder as it is now called. */
export function moveRuns(catalog: Catalog, ids: readonly string[], folder: string): string {
  const name = folderName(folder);
  write(catalog, () => {
    const move = catalog.prepare('UPDATE runs SET folder = ? WHERE id = ?');
    for (const id of ids) if (move.run(name, id).changes === 0) throw new AppError('not-found', `There is no run with the id “${id}”.`, { hint: 'List the ids with “runs list”.', field: 'ids' });
  });
  return name;
}
