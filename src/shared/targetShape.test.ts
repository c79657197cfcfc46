import { expect, test } from 'vitest';
import { initializeParams } from './protocol';
import { targetShape } from './targetShape';

const own = { inputSize: 32, patchSize: 4, inChannels: 3, hiddenSize: 96, depth: 6, heads: 4, mlpRatio: 4, numClasses: 9, learnSigma: false };
const wish = (change: object) => initializeParams.parse({ learngeneId: 'lg-1', datasetId: 'builtin:emoji', depths: [6], ...change });

test('the learngene’s own shape, given or left out, derives nothing', () => {
  for (const same of [{}, { hiddenSize: 96, heads: 4, patchSize: 4 }]) expect(targetShape(own, wish(same))).toEqual({ model: own, sigma: { resize: null, tuneOuter: false }, label: '' });
});

test('another width or patch size tunes embedders and final layer along, other heads do not', () => {
  expect(targetShape(own, wish({ hiddenSize: 64 }))).toEqual({ model: { ...own, hiddenSize: 64 }, sigma: { resize: { hiddenSize: 64, heads: 4, patchSize: 4, method: 'project' }, tuneOuter: true }, label: ', width 64' });
  expect(targetShape(own, wish({ heads: 1, resizeMethod: 'select' }))).toMatchObject({ sigma: { resize: { heads: 1, method: 'select' }, tuneOuter: false }, label: ', 1 head' });
  expect(targetShape(own, wish({ patchSize: 8 }))).toMatchObject({ model: { patchSize: 8 }, sigma: { tuneOuter: true }, label: ', patch 8' });
});
