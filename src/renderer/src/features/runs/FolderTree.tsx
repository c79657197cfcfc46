/** Folders of the run table. Runs and folders are dropped onto them; the arrow keys go through them, Enter shows one, F2 renames it. */
import { Text, TextInput } from '@mantine/core';
import { IconChevronDown, IconChevronRight, IconFolder, IconFolderOff, IconStack2 } from '@tabler/icons-react';
import { type DragEvent, type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import { useKept } from '../../client/settings';
import classes from './FolderTree.module.css';
import { DRAGGED_FOLDER, DRAGGED_RUNS, folderInside, type FolderNode, folderTree, shownFolders } from './folders';

interface FolderTreeProps {
  counts: readonly { folder: string; runs: number }[];
  /** Undefined shows all runs, '' those in no folder. */
  folder: string | undefined;
  onFolder(folder: string | undefined): void;
  onDrop(ids: string[], folder: string): void;
  /** A person wants to give it another name. */
  onRename(folder: string): void;
  /** It was dropped onto another one: its new whole name. */
  onMoveFolder(folder: string, to: string): void;
}

interface Row {
  key: string;
  folder: string | undefined;
  label: string;
  icon: ReactNode;
  level: number;
  runs: number;
  node: FolderNode | null;
}

/** From so many on they can be filtered by name. */
const FILTER_FROM = 8;

export function FolderTree({ counts, folder, onFolder, onDrop, onRename, onMoveFolder }: FolderTreeProps) {
  const [closed, setClosed] = useKept<string[]>('runs.folders.closed', []);
  const [filter, setFilter] = useState('');
  const [over, setOver] = useState<string | null>(null);
  const [focused, setFocused] = useState<string | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const nodes = folderTree(counts);
  const isClosed = new Set(closed);
  const rows: Row[] = [
    { key: 'all', folder: undefined, label: 'All runs', icon: <IconStack2 size={15} aria-hidden />, level: 0, runs: counts.reduce((sum, c) => sum + c.runs, 0), node: null },
    { key: 'none', folder: '', label: 'In no folder', icon: <IconFolderOff size={15} aria-hidden />, level: 0, runs: counts.find((c) => c.folder === '')?.runs ?? 0, node: null },
    ...shownFolders(nodes, isClosed, filter).map((node): Row => ({ key: `/${node.path}`, folder: node.path, label: node.name, icon: <IconFolder size={15} aria-hidden />, level: node.level, runs: node.runs, node })),
  ];
  const current = rows.find((r) => r.key === focused) ?? rows.find((r) => r.folder === folder) ?? rows[0];
  const toggle = (path: string, shut: boolean) => setClosed((before) => (shut ? [...before.filter((p) => p !== path), path] : before.filter((p) => p !== path)));
  const focus = (row: Row | undefined) => {
    if (!row) return;
    setFocused(row.key);
    list.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(row.key)}"]`)?.focus();
  };

  const onKey = (event: KeyboardEvent, row: Row) => {
    const at = rows.indexOf(row);
    const shut = row.node !== null && isClosed.has(row.node.path);
    const keys: Record<string, () => void> = {
      ArrowDown: () => focus(rows[at + 1]),
      ArrowUp: () => focus(rows[at - 1]),
      Home: () => focus(rows[0]),
      End: () => focus(rows.at(-1)),
      ArrowRight: () => (row.node?.parent && shut ? toggle(row.node.path, false) : focus(rows[at + 1]?.level > row.level ? rows[at + 1] : undefined)),
      ArrowLeft: () => (row.node?.parent && !shut ? toggle(row.node.path, true) : focus(rows.slice(0, at).findLast((r) => r.level < row.level))),
      Enter: () => onFolder(row.folder),
      ' ': () => onFolder(row.folder),
      F2: () => row.node && onRename(row.node.path),
    };
    if (!keys[event.key] || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    keys[event.key]();
  };
  // Runs go into a folder or out of any; a folder goes into another one or, dropped onto all runs, to the top.
  const accepts = ({ dataTransfer: { types } }: DragEvent, row: Row) => (types.includes(DRAGGED_FOLDER) ? row.node !== null || row.key === 'all' : row.folder !== undefined && types.includes(DRAGGED_RUNS));

  return (
    <div>
      {nodes.length >= FILTER_FROM && <TextInput size="xs" mb={6} placeholder="Filter folders" aria-label="Filter folders" value={filter} onChange={(e) => setFilter(e.currentTarget.value)} />}
      <div role="tree" aria-label="Folders" className={classes.tree} ref={list}>
        {rows.map((row) => {
          const shut = row.node !== null && isClosed.has(row.node.path) && !filter;
          return (
            <div
              key={row.key}
              data-key={row.key}
              role="treeitem"
              aria-level={row.level + 1}
              aria-selected={row.folder === folder}
              aria-expanded={row.node?.parent ? !shut : undefined}
              tabIndex={row === current ? 0 : -1}
              className={classes.item}
              style={{ paddingLeft: `${0.5 + row.level}rem` }}
              data-over={over === row.key || undefined}
              onClick={() => { setFocused(row.key); onFolder(row.folder); }}
              onKeyDown={(event) => onKey(event, row)}
              draggable={row.node !== null}
              onDragStart={(event) => {
                if (!row.node) return;
                event.dataTransfer.setData(DRAGGED_FOLDER, row.node.path);
                event.dataTransfer.effectAllowed = 'move';
              }}
              onDragOver={(event) => {
                if (!accepts(event, row)) return;
                event.preventDefault();
                setOver(row.key);
              }}
              onDragLeave={() => setOver(null)}
              onDrop={(event) => {
                setOver(null);
                if (!accepts(event, row)) return;
                event.preventDefault();
                const dragged = event.dataTransfer.getData(DRAGGED_FOLDER);
                const to = dragged && folderInside(dragged, row.node?.path ?? '');
                if (to) onMoveFolder(dragged, to);
                else if (!dragged) onDrop(JSON.parse(event.dataTransfer.getData(DRAGGED_RUNS)) as string[], row.folder!);
              }}
            >
              {row.node?.parent ? (
                <span aria-hidden className={classes.twist} onClick={(event) => { event.stopPropagation(); toggle(row.node!.path, !shut); }}>{shut ? <IconChevronRight size={13} /> : <IconChevronDown size={13} />}</span>
              ) : row.icon}
              <span className={classes.name} title={row.folder || undefined}>{row.label}</span>
              <Text span size="xs" c="dimmed">{row.runs.toLocaleString('en')}<span className="visually-hidden">{row.runs === 1 ? ' run' : ' runs'}</span></Text>
            </div>
          );
        })}
      </div>
    </div>
  );
}
