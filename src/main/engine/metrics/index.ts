/** The registry of quality measures: one line each. Names always say on which features and how many samples they stand. */
import type { MetricId, Network } from '../../../shared/quality';
import type { Extracted, FeatureExtractor, Images } from './extractors/types';
import type { Features } from './features';
import { frechetDistance } from './frechetDistance';
import { inceptionScore } from './inceptionScore';
import { kernelDistance } from './kernelDistance';
import { type ManifoldScores, manifoldScores } from './manifold';
import { type FeatureMaps, SPATIAL_CHANNELS, spatialFeatures } from './spatialFeatures';

export interface Metric {
  /** Such as "FD"; the sample count and the features follow it in a figure's name. */
  label: string;
  /** On features that gave it a name of its own. */
  labels?: Partial<Record<Network, string>>;
  better: 'lower' | 'higher';
  needs: 'features' | 'maps' | 'probabilities';
  /** Samples that each side must have for it to say something. */
  least(of: Extracted): number;
  compute(real: Extracted, generated: Extracted, shared: Shared): number;
}

/** What several measures of one comparison have in common, computed when the first of them asks. */
interface Shared {
  manifold(): ManifoldScores;
}

const IS_SPLITS = 10;
/** Of the balls, as their authors take them: 3 for precision and recall, 5 for density and coverage. */
const NEIGHBOURS = 3;
const WIDE_NEIGHBOURS = 5;

/** A covariance has full rank with more samples than dimensions. */
const aboveDimension = ({ features }: Extracted): number => features.dimension + 1;
const abovePositions = ({ maps }: Extracted): number => (maps ? Math.min(SPATIAL_CHANNELS, maps.channels) * maps.height * maps.width : 0) + 1;
const two = (): number => 2;
const aboveNeighbours = (): number => WIDE_NEIGHBOURS + 1;

const manifold = (name: keyof ManifoldScores) => (_real: Extracted, _generated: Extracted, shared: Shared): number => shared.manifold()[name];

export const METRICS = {
  fd: { label: 'FD', labels: { inception: 'FID', dino: 'FDD' }, better: 'lower', needs: 'features', least: aboveDimension, compute: (real, generated) => frechetDistance(real.features, generated.features) },
  sfd: { label: 'sFD', labels: { inception: 'sFID' }, better: 'lower', needs: 'maps', least: abovePositions, compute: (real, generated) => frechetDistance(spatialFeatures(real.maps as FeatureMaps), spatialFeatures(generated.maps as FeatureMaps)) },
  kd: { label: 'KD', labels: { inception: 'KID' }, better: 'lower', needs: 'features', least: two, compute: (real, generated) => kernelDistance(real.features, generated.features) },
  is: { label: 'IS', better: 'higher', needs: 'probabilities', least: two, compute: (_real, generated) => inceptionScore(generated.probabilities as Features, Math.min(IS_SPLITS, generated.features.count)).mean },
  precision: { label: 'precision', better: 'higher', needs: 'features', least: aboveNeighbours, compute: manifold('precision') },
  recall: { label: 'recall', better: 'higher', needs: 'features', least: aboveNeighbours, compute: manifold('recall') },
  density: { label: 'density', better: 'higher', needs: 'features', least: aboveNeighbours, compute: manifold('density') },
  coverage: { label: 'coverage', better: 'higher', needs: 'features', least: aboveNeighbours, compute: manifold('coverage') },
} satisfies Record<MetricId, Metric>;

export interface Figure {
  metric: MetricId;
  /** Such as "FD-512 (pca-64 of pixels)". */
  name: string;
  value: number;
  better: Metric['better'];
}

/** What an extractor is called, and what its figures are therefore called. */
export type FeatureNames = Pick<FeatureExtractor, 'name' | 'network'>;

export function metricLabel(metric: MetricId, { network }: FeatureNames): string {
  const { label, labels }: Metric = METRICS[metric];
  return (network && labels?.[network]) ?? label;
}

export function figureName(metric: MetricId, generated: number, extractor: FeatureNames): string {
  return `${metricLabel(metric, extractor)}-${generated} (${extractor.name})`;
}

/** Why a measure cannot be taken of these pictures on these features; null when it can. */
export function shortage(metric: MetricId, real: Extracted, generated: Extracted): string | null {
  const { needs, least }: Metric = METRICS[metric];
  if (real[needs] === undefined || generated[needs] === undefined) return needs === 'maps' ? 'These features have no maps.' : 'These features give no class probabilities.';
  const fewest = least(real);
  return Math.min(real.features.count, generated.features.count) < fewest ? `It needs at least ${fewest} pictures on each side.` : null;
}

/** The figures that this extractor can give; those asked for that need maps or probabilities it lacks are left out. */
export function computeFigures(metrics: readonly MetricId[], extractor: FeatureNames, real: Extracted, generated: Extracted): Figure[] {
  let scores: ManifoldScores | null = null;
  const shared: Shared = { manifold: () => (scores ??= manifoldScores(real.features, generated.features, NEIGHBOURS, WIDE_NEIGHBOURS)) };
  return metrics
    .filter((id) => real[METRICS[id].needs] !== undefined && generated[METRICS[id].needs] !== undefined)
    .map((id) => ({ metric: id, name: figureName(id, generated.features.count, extractor), value: METRICS[id].compute(real, generated, shared), better: METRICS[id].better }));
}

/** Extracts from both sets and compares them. */
export async function measureQuality(metrics: readonly MetricId[], extractor: FeatureExtractor, real: Images, generated: Images): Promise<Figure[]> {
  return computeFigures(metrics, extractor, await extractor.extract(real), await extractor.extract(generated));
}

export { fitPixelPca } from './extractors/pixelPca';
export { classifierExtractor, trainClassifier } from './extractors/classifier';
export { openOnnxExtractor } from './extractors/onnx';
export type { Extracted, FeatureExtractor, Images } from './extractors/types';
