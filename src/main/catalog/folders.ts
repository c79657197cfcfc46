/** Folders of runs: nothing but a name with slashes on each run, so that an empty folder does not exist and none can be left over. */
import { AppError } from '../../shared/errors';
import { write, type Catalog } from './open';

/** Characters of a whole name, as the protocol has it. */
const MAX_FOLDER = 200;

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

/**
 * Calls a folder otherwise, or puts it elsewhere: every run in it or below it moves along, those in the trash too. An empty `to` dissolves it:
 * what was below it comes to the top. Throws `not-found` for a folder that no run is in, `invalid-input` for a name that becomes too long.
 */
export function renameFolder(catalog: Catalog, from: string, to: string): { folder: string; moved: number } {
  const [old, name] = [folderName(from), folderName(to)];
  return write(catalog, () => {
    const inside = "(folder = @old OR substr(folder, 1, length(@old) + 1) = @old || '/')";
    const { runs, longest } = catalog.prepare(`SELECT count(*) AS runs, max(length(folder)) AS longest FROM runs WHERE ${inside}`).get({ old }) as { runs: number; longest: number | null };
    if (old === '' || runs === 0) throw new AppError('not-found', `There is no folder “${from}”.`, { hint: 'A folder is there as long as a run is in it.', field: 'from' });
    if ((longest ?? 0) - old.length + name.length > MAX_FOLDER) throw new AppError('invalid-input', `The names of the folders would be longer than ${MAX_FOLDER} characters.`, { hint: 'Choose a shorter name.', field: 'to' });
    catalog.prepare(`UPDATE runs SET folder = trim(@name || substr(folder, length(@old) + 1), '/') WHERE ${inside}`).run({ old, name });
    return { folder: name, moved: runs };
  });
}
