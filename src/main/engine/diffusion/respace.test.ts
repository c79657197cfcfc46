import { expect, test } from 'vitest';
import { AppError } from '../../../shared/errors';
import { createDiffusion } from './gaussian';
import { respacedTimesteps } from './respace';

test('a count includes both ends, ddimN starts at 0 and may stop short', () => {
  expect(respacedTimesteps(10, '4')).toEqual([0, 3, 6, 9]);
  expect(respacedTimesteps(10, '1')).toEqual([0]);
  expect(respacedTimesteps(10, 'ddim5')).toEqual([0, 2, 4, 6, 8]);
  expect(respacedTimesteps(3, '')).toEqual([0, 1, 2]);
});

test('halves go to the even neighbour', () => {
  // Stride 2.5: 0, 2.5, 5, 7.5, 10.
  expect(respacedTimesteps(11, '5')).toEqual([0, 2, 5, 8, 10]);
});

const errorOf = (total: number, spec: string): AppError => {
  try {
    respacedTimesteps(total, spec);
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error(`"${spec}" was accepted.`);
};

test('what cannot be reached is refused with what can', () => {
  const ddim = errorOf(1000, 'ddim37');
  expect(ddim).toMatchObject({ code: 'invalid-input', field: 'steps' });
  expect(ddim.hint).toBe('The nearest that exist are ddim34, ddim35, ddim36, ddim38, ddim39, ddim40; or write 37 for evenly spread steps.');
  expect(errorOf(1000, '1001')).toMatchObject({ message: 'The process has 1000 timesteps, so 1001 steps cannot be taken from it.', hint: 'Choose between 1 and 1000.' });
  expect(errorOf(100, '50,51').message).toContain('Section 2 of the process has 50 timesteps');
  expect(errorOf(1000, 'fast').message).toBe('"fast" is not a number of steps.');
  expect(errorOf(1000, '0').code).toBe('invalid-input');
});

test('a respaced process keeps the signal of the steps that it visits', () => {
  const config = { timesteps: 1000, schedule: 'linear', prediction: 'epsilon' } as const;
  const full = createDiffusion(config, { learnSigma: false }).schedule;
  const short = createDiffusion(config, { learnSigma: false, respacing: '7' }).schedule;
  short.timestepMap.forEach((t, i) => expect(short.alphasCumprod[i]).toBeCloseTo(full.alphasCumprod[t], 12));
});

test('a linear process too short to be one is refused', () => {
  const short = (timesteps: number) => () => createDiffusion({ timesteps, schedule: 'linear', prediction: 'epsilon' }, { learnSigma: false });
  expect(short(19)).toThrow('at least 20 steps');
  expect(short(20)().schedule.alphasCumprod.every((kept) => kept >= 0)).toBe(true);
  expect(createDiffusion({ timesteps: 10, schedule: 'squaredcos_cap_v2', prediction: 'epsilon' }, { learnSigma: false }).schedule.steps).toBe(10);
});
