import { expect, it } from 'vitest';
import { chartCsv } from './chartCsv';

const series = [
  { key: 'a', label: 'Training', points: [{ x: 1, y: 0.5 }, { x: 2, y: -0.25 }, { x: 3, y: null }] },
  { key: 'b', label: 'Mean', points: [{ x: 2, y: 4 }], band: [[3, 5] as const] },
];

it('writes raw values, one row per x, with the spread where there is one', () => {
  expect(chartCsv(series, { label: 'Time', unit: 's' }, null).split('\r\n')).toEqual(['Time (s),Training,Mean,"Mean, low","Mean, high"', '1,0.5,,,', '2,-0.25,4,3,5', '3,,,,', '']);
});

it('holds what the zoom shows, both ends included', () => {
  expect(chartCsv(series, { label: 'Step' }, [2, 3]).split('\r\n').slice(1, -1).map((row) => row.split(',')[0])).toEqual(['2', '3']);
});
