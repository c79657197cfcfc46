/** A box of the graph: a link to the thing's own screen. */
import { IconChartDots, IconDatabase, IconDna, IconPackageExport, IconRocket } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import type { Lineage } from '@shared/entities';
import { BOX, pathOf } from './layout';
import classes from './Lineage.module.css';

export type BoxNode = Node<{ node: Lineage['nodes'][number]; current: boolean }, 'box'>;

export const TYPE_WORDS = { dataset: 'Data', run: 'Run', checkpoint: 'Checkpoint', learngene: 'Learngene', export: 'Export' } as const;
const ICONS = { dataset: IconDatabase, run: IconRocket, checkpoint: IconChartDots, learngene: IconDna, export: IconPackageExport } as const;

export function LineageBox({ data: { node, current } }: NodeProps<BoxNode>) {
  const Icon = ICONS[node.type];
  const word = TYPE_WORDS[node.type];
  return (
    <Link to={pathOf(node)} className={classes.box} data-type={node.type} data-current={current || undefined} style={{ width: BOX.width, height: BOX.height }} title={`${node.label}, ${node.detail}`}>
      <Handle type="target" position={Position.Left} className={classes.handle} isConnectable={false} />
      <Icon size={18} stroke={1.5} aria-hidden style={{ flex: 'none' }} />
      <span className="visually-hidden">{word}: </span>
      <span className={classes.text}>
        <span className={classes.label}>{node.label}</span>
        <span className={classes.detail}>{node.detail || word}</span>
      </span>
      <Handle type="source" position={Position.Right} className={classes.handle} isConnectable={false} />
    </Link>
  );
}
