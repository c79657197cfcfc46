/** Folders of runs as a tree: from names with slashes and their counts to nodes in the order in which they are shown. */

export interface FolderNode {
  /** Whole name, such as "seeds/first". */
  path: string;
  /** Last part of it. */
  name: string;
  /** 0 for the outermost. */
  level: number;
  /** Runs in it and below it. */
  runs: number;
  parent: boolean;
}

const order = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** A folder that holds folders alone is a node, too. Parents come before what is below them. */
export function folderTree(counts: readonly { folder: string; runs: number }[]): FolderNode[] {
  const runs = new Map<string, number>();
  for (const { folder, runs: own } of counts) {
    if (folder === '') continue;
    const parts = folder.split('/');
    parts.forEach((_, i) => {
      const path = parts.slice(0, i + 1).join('/');
      runs.set(path, (runs.get(path) ?? 0) + own);
    });
  }
  const paths = [...runs.keys()].toSorted((a, b) => compareParts(a.split('/'), b.split('/')));
  return paths.map((path) => ({ path, name: path.split('/').at(-1)!, level: path.split('/').length - 1, runs: runs.get(path)!, parent: paths.some((other) => other.startsWith(`${path}/`)) }));
}

/** Runs in a folder and below it. */
export function runsIn(counts: readonly { folder: string; runs: number }[], folder: string | null): number {
  return counts.filter((c) => c.folder === folder || c.folder.startsWith(`${folder}/`)).reduce((sum, c) => sum + c.runs, 0);
}

function compareParts(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const compared = order.compare(a[i], b[i]) || (a[i] < b[i] ? -1 : a[i] > b[i] ? 1 : 0);
    if (compared !== 0) return compared;
  }
  return a.length - b.length;
}

/** What is shown: nothing below a closed folder; with a filter, whatever matches it and the folders around that. */
export function shownFolders(nodes: readonly FolderNode[], closed: ReadonlySet<string>, filter: string): FolderNode[] {
  const wanted = filter.trim().toLowerCase();
  if (wanted) return nodes.filter((n) => nodes.some((m) => (m.path === n.path || m.path.startsWith(`${n.path}/`)) && m.name.toLowerCase().includes(wanted)));
  const ancestors = (path: string) => path.split('/').slice(0, -1).map((_, i, parts) => parts.slice(0, i + 1).join('/'));
  return nodes.filter((n) => !ancestors(n.path).some((a) => closed.has(a)));
}

/** What a folder is called once it lies in another one, '' being the top; null where it lies there already or would lie in itself. */
export function folderInside(folder: string, target: string): string | null {
  if (target === folder || target.startsWith(`${folder}/`)) return null;
  const moved = [target, folder.split('/').at(-1)!].filter(Boolean).join('/');
  return moved === folder ? null : moved;
}

/** Type of a dragged folder: its whole name. */
export const DRAGGED_FOLDER = 'application/x-fine-folder';

/** Type of what is dragged from the table onto a folder: ids of runs as JSON. */
export const DRAGGED_RUNS = 'application/x-fine-runs';
