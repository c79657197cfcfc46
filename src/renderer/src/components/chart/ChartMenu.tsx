/** Beside a chart's title: view as table, zoom by keyboard, save. */
import { ActionIcon, Button, Group, Menu, NumberInput, Popover, Tooltip } from '@mantine/core';
import { IconChartLine, IconDownload, IconTable, IconZoomScan } from '@tabler/icons-react';
import { memo, useState } from 'react';

export type SaveKind = 'csv' | 'csvShown' | 'svg' | 'png';

interface ChartMenuProps {
  title: string;
  asTable: boolean;
  onAsTable(asTable: boolean): void;
  /** Left out where there is no range to zoom into. */
  zoom?: readonly [number, number] | null;
  onZoom?(zoom: readonly [number, number] | null): void;
  onSave(kind: SaveKind): void;
  /** The file is being made. */
  saving?: boolean;
  /** Left out where all points are shown. */
  thinned?: boolean;
}

function ChartMenuInner({ title, asTable, onAsTable, zoom, onZoom, onSave, saving = false, thinned = false }: ChartMenuProps) {
  const [open, setOpen] = useState(false);
  const [range, setRange] = useState<[number | string, number | string]>(['', '']);
  const apply = () => {
    const [from, to] = [range[0] === '' ? -Infinity : Number(range[0]), range[1] === '' ? Infinity : Number(range[1])];
    onZoom?.(from < to && (Number.isFinite(from) || Number.isFinite(to)) ? [from, to] : null);
    setOpen(false);
  };
  return (
    <Group gap={2} wrap="nowrap">
      {onZoom && <Popover opened={open} onChange={setOpen} trapFocus position="bottom-end">
        <Popover.Target>
          <Tooltip label="Zoom into a range (or drag over the chart)">
            <ActionIcon
              aria-label={`Zoom ${title}`}
              onClick={() => {
                setRange([zoom && Number.isFinite(zoom[0]) ? zoom[0] : '', zoom && Number.isFinite(zoom[1]) ? zoom[1] : '']);
                setOpen(!open);
              }}
            >
              <IconZoomScan size={16} />
            </ActionIcon>
          </Tooltip>
        </Popover.Target>
        <Popover.Dropdown>
          <Group component="form" gap="xs" align="flex-end" onSubmit={(event) => {
            event.preventDefault();
            apply();
          }}>
            <NumberInput label="From" w={110} size="xs" value={range[0]} onChange={(v) => setRange([v, range[1]])} />
            <NumberInput label="To" w={110} size="xs" value={range[1]} onChange={(v) => setRange([range[0], v])} />
            <Button size="xs" type="submit">Zoom</Button>
          </Group>
        </Popover.Dropdown>
      </Popover>}
      <Tooltip label={asTable ? 'View as chart' : 'View as table'}>
        <ActionIcon aria-label={`View ${title} as ${asTable ? 'chart' : 'table'}`} onClick={() => onAsTable(!asTable)}>{asTable ? <IconChartLine size={16} /> : <IconTable size={16} />}</ActionIcon>
      </Tooltip>
      <Menu>
        <Menu.Target>
          <Tooltip label="Save">
            <ActionIcon aria-label={`Save ${title}`} loading={saving}><IconDownload size={16} /></ActionIcon>
          </Tooltip>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => onSave('csv')}>Data as CSV{thinned && ', every point'}</Menu.Item>
          {thinned && <Menu.Item onClick={() => onSave('csvShown')}>Data as CSV, only points shown</Menu.Item>}
          <Menu.Item onClick={() => onSave('svg')} disabled={asTable}>Picture as SVG</Menu.Item>
          <Menu.Item onClick={() => onSave('png')} disabled={asTable}>Picture as PNG</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}

export const ChartMenu = memo(ChartMenuInner);
