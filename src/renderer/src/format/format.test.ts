import { describe, expect, it } from 'vitest';
import { toCsv } from './csv';
import { flatten } from './flatten';
import { formatBytes, formatCount, formatDuration, formatLeft, formatRoughly, formatValue } from './format';
import { fileName } from './save';
import { commandLine } from '../components/wizard/commandLine';

describe('figures', () => {
  it('never shows 1000 of a unit where the next one fits', () => {
    expect([formatCount(9999), formatCount(999_600), formatCount(1_234_567), formatCount(-20_000)]).toEqual(['9,999', '1.00 M', '1.23 M', '−20.0 k']);
    expect([formatBytes(0), formatBytes(999), formatBytes(1015 * 1024), formatBytes(1024 ** 2 - 1), formatBytes(1536)]).toEqual(['0 B', '999 B', '0.991 MiB', '1.00 MiB', '1.50 KiB']);
  });

  it('rounds durations up into the next unit', () => {
    expect([formatDuration(999), formatDuration(3_249), formatDuration(59_600), formatDuration(3_599_600), formatDuration(90_000_000)]).toEqual(['999 ms', '3.2 s', '1 min 00 s', '1 h 00 min', '1 d 01 h']);
  });

  it('counts down in whole seconds', () => {
    expect([formatLeft(300), formatLeft(9_400), formatLeft(61_000)]).toEqual(['ending', '9 s left', '1 min 01 s left']);
  });

  it('gives a guessed time one unit', () => {
    expect([formatRoughly(300), formatRoughly(22_000), formatRoughly(1_058_000), formatRoughly(8_000_000), formatRoughly(200_000_000)]).toEqual(['5 s', '25 s', '18 min', '2 h', '2 days']);
  });

  it('keeps significant digits and says what is not a number', () => {
    expect([formatValue(0.0712345), formatValue(1e-5, 2), formatValue(0), formatValue(1254, 3), formatValue(Number.NaN), formatValue(-Infinity), formatValue(null)]).toEqual(['0.07123', '1.0e−5', '0', '1,250', '–', '−∞', '–']);
  });
});

describe('toCsv', () => {
  it('quotes what needs it and disarms formulas, but not numbers', () => {
    expect(toCsv(['a', 'b'], [['=1+1', -2], ['+x', '-3.5e-4'], ['say "hi"', 'a,b'], ['@cmd', '\tx'], [null, Number.NaN]])).toBe('a,b\r\n\'=1+1,-2\r\n\'+x,-3.5e-4\r\n"say ""hi""","a,b"\r\n\'@cmd,\'\tx\r\n,\r\n');
  });
});

it('flattens settings to dotted names', () => {
  expect(flatten({ a: 1, b: { c: [1, 2], d: null, e: { f: 'x' } } })).toEqual([['a', '1'], ['b.c', '1, 2'], ['b.d', 'none'], ['b.e.f', 'x']]);
});

it('makes file names that every system takes', () => {
  expect([fileName('Loss of “run 1/2”', 'csv'), fileName('..', 'png')]).toEqual(['Loss-of-run-1-2.csv', 'fine-studio.png']);
});

it('writes a command that a shell reads back', () => {
  expect(commandLine('initialize', { learngene: 'lg-1', depth: [4, 8], dense: true, keep: false, name: "it's mine", rank: null })).toBe(`fine-studio initialize --learngene lg-1 --depth 4 --depth 8 --dense --name 'it'\\''s mine'`);
});
