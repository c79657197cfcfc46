/** The registry of quality measures: one line each. Names always say on which features and how many samples they stand. */
import type { Extracted, FeatureExtractor, Images } from './extractors/types';
import type { Features } from './features';
import { frechetDistance } from './frechetDistance';
import { inceptionScore } from './inceptionScore';
import { kernelDistance } from './kernelDistance';
import { type ManifoldScores, manifoldScores } from './manifold';
import { type FeatureMaps, spatialFeatures } from './spatialFeatures';

export interface Metric {
  /** Such as "FD"; the sample count and the features follow it in a figure's name. */
  label: string;
  better: 'lower' | 'higher';
  needs: 'features' | 'maps' | 'probabilities';
  compute(real: Extracted, generated: Extracted, shared: Shared): number;
}

/** What several measures of one comparison have in common, computed when the first of them asks. */
interface Shared {
  manifold(): ManifoldScores;
}

const IS_SPLITS = 10;
const NEIGHBOURS = 3;

const manifold = (name: keyof ManifoldScores) => (_real: Extracted, _generated: Extracted, shared: Shared): number => shared.manifold()[name];

export const METRICS = {
  fd: { label: 'FD', better: 'lower', needs: 'features', compute: (real, generated) => frechetDistance(real.features, generated.features) },
  sfd: { label: 'sFD', better: 'lower', needs: 'maps', compute: (real, generated) => frechetDistance(spatialFeatures(real.maps as FeatureMaps), spatialFeatures(generated.maps as FeatureMaps)) },
  kd: { label: 'KD', better: 'lower', needs: 'features', compute: (real, generated) => kernelDistance(real.features, generated.features) },
  is: { label: 'IS', better: 'higher', needs: 'probabilities', compute: (_real, generated) => inceptionScore(generated.probabilities as Features, Math.min(IS_SPLITS, generated.features.count)).mean },
  precision: { label: 'precision', better: 'higher', needs: 'features', compute: manifold('precision') },
  recall: { label: 'recall', better: 'higher', needs: 'features', compute: manifold('recall') },
  density: { label: 'density', better: 'higher', needs: 'features', compute: manifold('density') },
  coverage: { label: 'coverage', better: 'higher', needs: 'features', compute: manifold('coverage') },
} satisfies Record<string, Metric>;
export type MetricId = keyof typeof METRICS;

export interface Figure {
  metric: MetricId;
  /** Such as "FD-512 (pca-64 of pixels)". */
  name: string;
  value: number;
  better: Metric['better'];
}

export function figureName(metric: MetricId, generated: number, extractor: Pick<FeatureExtractor, 'name'>): string {
  return `${METRICS[metric].label}-${generated} (${extractor.name})`;
}

/** The figures that this extractor can give; those asked for that need maps or probabilities it lacks are left out. */
export function computeFigures(metrics: readonly MetricId[], extractor: Pick<FeatureExtractor, 'name'>, real: Extracted, generated: Extracted): Figure[] {
  let scores: ManifoldScores | null = null;
  const shared: Shared = { manifold: () => (scores ??= manifoldScores(real.features, generated.features, NEIGHBOURS)) };
  return metrics
    .filter((id) => real[METRICS[id].needs] !== undefined && generated[METRICS[id].needs] !== undefined)
    .map((id) => ({ metric: id, name: figureName(id, generated.features.count, extractor), value: METRICS[id].compute(real, generated, shared), better: METRICS[id].better }));
}

/** Extracts from both sets and compares them. */
export async function measureQuality(metrics: readonly MetricId[], extractor: FeatureExtractor, real: Images, generated: Images): Promise<Figure[]> {
  return computeFigures(metrics, extractor, await extractor.extract(real), await extractor.extract(generated));
}

export { fitPixelPca } from './extractors/pixelPca';
export { trainClassifier } from './extractors/classifier';
export { openOnnxExtractor } from './extractors/onnx';
export type { Extracted, FeatureExtractor, Images } from './extractors/types';
