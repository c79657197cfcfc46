/** From pictures to exported sizes: how much of each there is, and the next thing to do. */
import { Group, Paper, Text, Title } from '@mantine/core';
import { type Icon, IconCheck, IconChartDots, IconDna, IconPackageExport, IconPhoto, IconStack2 } from '@tabler/icons-react';
import { useCall } from '../../client/hooks';
import { LinkButton, TextLink } from '../../components/links';
import { plural } from '../../format/format';
import classes from './ThePath.module.css';

interface Leg {
  icon: Icon;
  title: string;
  about: string;
  count: number;
  noun: string;
  /** Where they are listed, and where one more is made. */
  list: string;
  make: string;
  act: string;
}

export function ThePath() {
  const datasets = useCall('datasets.list', {}).data;
  const checkpoints = useCall('checkpoints.list', {}).data;
  const learngenes = useCall('learngenes.list', {}).data;
  const exports = useCall('exports.list', {}).data;
  if (!datasets || !checkpoints || !learngenes || !exports) return null;
  const made = (...origins: string[]) => checkpoints.filter((c) => origins.includes(c.origin)).length;
  const legs: Leg[] = [
    { icon: IconPhoto, title: 'Pictures', about: 'A folder of them, one sub-folder per class.', count: datasets.length, noun: 'dataset', list: '/data', make: '/data/add', act: 'Add images' },
    { icon: IconChartDots, title: 'Pretrained model', about: 'Trained once, with factors that all layers share.', count: made('pretrain', 'distill', 'import'), noun: 'model', list: '/checkpoints', make: '/pretrain', act: 'Pretrain' },
    { icon: IconDna, title: 'Learngene', about: 'The shared factors, taken out of that model.', count: learngenes.length, noun: 'learngene', list: '/learngenes', make: '/extract', act: 'Extract' },
    { icon: IconStack2, title: 'Model sizes', about: 'Several depths at once, minutes each.', count: made('initialize'), noun: 'size', list: '/checkpoints', make: '/initialize', act: 'Initialise sizes' },
    { icon: IconPackageExport, title: 'Export', about: 'ONNX or safetensors, to use elsewhere.', count: exports.length, noun: 'export', list: '/lineage', make: '/export', act: 'Export' },
  ];
  const next = legs.findIndex((leg) => leg.count === 0);
  return (
    <Paper component="section" aria-label="From pictures to model sizes" p="md">
      <Title order={2} mb="sm">From pictures to model sizes</Title>
      <ol className={classes.path}>
        {legs.map((leg, i) => (
          <li key={leg.title} className={classes.leg} data-next={i === next || undefined}>
            <Group gap={6} wrap="nowrap">
              <leg.icon size={18} stroke={1.6} aria-hidden style={{ color: 'var(--accent)', flex: 'none' }} />
              <Title order={3}>{leg.title}</Title>
            </Group>
            <Text size="xs" c="dimmed" style={{ flex: 1 }}>{leg.about}</Text>
            <Text component="div" size="sm" c="dimmed">
              {leg.count > 0 ? <TextLink to={leg.list}><IconCheck size={14} aria-hidden style={{ verticalAlign: '-2px' }} /> {plural(leg.count, leg.noun)}</TextLink> : i === next ? 'Next' : 'Later'}
            </Text>
            <LinkButton size="compact-sm" variant={i === next ? 'filled' : 'default'} to={leg.make}>{leg.act}</LinkButton>
          </li>
        ))}
      </ol>
    </Paper>
  );
}
