/** What sigma says about a family of models: its values, the line through its layers, and which layers correspond (FINE, section 4.4). */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { WEIGHT_TYPES } from '../../../shared/config';
import { AppError } from '../../../shared/errors';
import type { JobResult } from '../../../shared/worker';
import { sigmaName } from '../model/parameters';
import type { ModelWeights } from '../model/types';

type Analysis = JobResult<'analyse'>;

const COMPONENTS = 3;

/**
 * For factorised models that share their ranks:
 * `sigma` per model, type and layer; `pca` per type and for all types together (each type scaled to a root mean square of 1):
 * share of the variance per component, R2 of the straight line through the layers (relative depth explains the first two
 * components), and the coordinates of every layer; `alignment`: for each model the layer of the deepest one that each of its
 * layers is closest to, after the mean over all layers is taken off (cosine).
 */
export function analyseSigma(models: readonly ModelWeights[]): Analysis {
  const first = models[0];
  for (const { ranks } of models) {
    if (!ranks || !first.ranks) throw new AppError('invalid-input', 'A dense model has no sigma to look at.', { hint: 'Choose checkpoints in factorised form: those of pretraining and of an initialisation.', field: 'ids' });
    if (WEIGHT_TYPES.some((type) => ranks[type] !== first.ranks![type])) throw new AppError('invalid-input', 'These models have different ranks, so their sigma cannot be compared.', { hint: 'Choose models from one learngene.', field: 'ids' });
  }
  const sigma = models.map(({ config, tensors }) => Object.fromEntries(WEIGHT_TYPES.map((type) => [type, Array.from({ length: config.depth }, (_, block) => Array.from(tensors[sigmaName(type, block)].data))])));
  const perType = WEIGHT_TYPES.map((type) => models.map((_, m) => sigma[m][type]));
  const joined = models.map((model, m) => Array.from({ length: model.config.depth }, (_, block) => perType.flatMap((layers) => scaled(layers[m][block], sizeOf(layers)))));
  const pca: Analysis['pca'] = Object.fromEntries(WEIGHT_TYPES.map((type, i) => [type, principalLine(perType[i])]));
  pca.all = principalLine(joined);
  return { sigma, pca, alignment: align(joined) };
}

function sizeOf(models: number[][][]): number {
  const values = models.flat(2);
  return Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length) || 1;
}

const scaled = (values: number[], size: number): number[] => values.map((v) => v / size);

/** PCA of the layers of all models together, through the Gram matrix (far fewer layers than components of sigma). */
export function principalLine(models: number[][][]): Analysis['pca'][string] {
  const layers = centred(models.flat());
  const n = layers.length;
  const gram = new Matrix(layers.map((a) => layers.map((b) => dot(a, b))));
  const eigen = new EigenvalueDecomposition(gram, { assumeSymmetric: true });
  const order = eigen.realEigenvalues.map((value, index) => ({ value: Math.max(value, 0), index })).sort((a, b) => b.value - a.value);
  const total = order.reduce((sum, { value }) => sum + value, 0);
  const kept = order.slice(0, Math.min(COMPONENTS, n));
  const coordinates = layers.map((_, row) => kept.map(({ value, index }) => eigen.eigenvectorMatrix.get(row, index) * Math.sqrt(value)));
  const depth = models.flatMap((model) => model.map((_, l) => (model.length === 1 ? 0.5 : l / (model.length - 1))));
  let at = 0;
  const points = models.map((model) => model.map(() => coordinates[at++]));
  return { explained: kept.map(({ value }) => (total > 0 ? value / total : 0)), r2: lineFit(depth, coordinates.map((c) => c.slice(0, 2))), points };
}

/** Share of the variance of `points` that a straight line over `at` explains. */
function lineFit(at: number[], points: number[][]): number {
  const n = at.length;
  const meanAt = at.reduce((a, b) => a + b, 0) / n;
  const spread = at.reduce((sum, u) => sum + (u - meanAt) ** 2, 0);
  if (spread === 0) return 0;
  let left = 0;
  let total = 0;
  for (let k = 0; k < (points[0]?.length ?? 0); k++) {
    const mean = points.reduce((sum, p) => sum + p[k], 0) / n;
    const slope = points.reduce((sum, p, i) => sum + (at[i] - meanAt) * (p[k] - mean), 0) / spread;
    points.forEach((p, i) => {
      left += (p[k] - mean - slope * (at[i] - meanAt)) ** 2;
      total += (p[k] - mean) ** 2;
    });
  }
  return total > 0 ? 1 - left / total : 0;
}

function align(models: number[][][]): number[][] {
  const all = centred(models.flat());
  let at = 0;
  const split = models.map((model) => model.map(() => all[at++]));
  const deepest = split.reduce((a, b) => (b.length > a.length ? b : a));
  const cosine = (a: number[], b: number[]): number => dot(a, b) / (Math.sqrt(dot(a, a) * dot(b, b)) || 1);
  return split.map((model) => model.map((layer) => deepest.reduce((best, other, l) => (cosine(layer, other) > cosine(layer, deepest[best]) ? l : best), 0)));
}

function centred(layers: number[][]): number[][] {
  const mean = layers[0].map((_, k) => layers.reduce((sum, layer) => sum + layer[k], 0) / layers.length);
  return layers.map((layer) => layer.map((v, k) => v - mean[k]));
}

function dot(a: number[], b: number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
