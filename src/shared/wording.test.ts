import { describe, expect, it } from 'vitest';
import { ditConfigSchema, sampleConfigSchema, trainConfigSchema } from './config';

const complaints = (schema: { safeParse(value: unknown): { error?: { issues: { path: PropertyKey[]; message: string }[] } } }, value: unknown) => schema.safeParse(value).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('what a wrong value is told', () => {
  it('says the limit', () => {
    expect(complaints(trainConfigSchema, { steps: 0, learningRate: 0, seed: 2 ** 31 })).toEqual(['steps: Must be at least 1', 'learningRate: Must be above 0', 'seed: Must be at most 2147483647']);
    expect(complaints(sampleConfigSchema, { classes: [] })).toEqual(['classes: Must be at least 1 entries']);
  });

  it('says the choices, what is missing and what kind is wanted', () => {
    expect(complaints(sampleConfigSchema, { classes: [0], sampler: 'euler' })).toEqual(['sampler: Must be one of ddim, ddpm, dpm++2m, dpm++2m-bounded, unipc, unipc-bounded']);
    expect(complaints(trainConfigSchema, {})).toEqual(['steps: Is missing']);
    expect(complaints(trainConfigSchema, { steps: 'ten' })).toEqual(['steps: Must be of type number']);
    expect(complaints(trainConfigSchema, { steps: 1.5 })).toEqual(['steps: Must be a whole number']);
  });

  it('leaves a schema’s own message alone', () => {
    expect(complaints(sampleConfigSchema, { classes: [0], steps: 'x' })).toEqual(['steps: Give a number of steps such as 50, or ddim25.']);
    expect(complaints(ditConfigSchema, { inputSize: 8, patchSize: 3, inChannels: 3, hiddenSize: 32, depth: 1, heads: 2, numClasses: 2 })?.[0]).toContain('not divisible by the patch size 3');
  });
});
