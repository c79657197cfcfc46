import { WEIGHT_TYPES, uniformRanks, type DiTConfig, type Ranks, type SigmaStart } from '../../../shared/config';
import { initialFactors } from '../fine/factors';
import { initialiseFromLearngene } from '../fine/learngene';
import { biasName, sigmaName } from '../model/parameters';
import type { TensorMap } from '../tensor/types';
import { countNumbers, requireSameShape } from './blocks';
import type { Initialization, ModelForm, Source } from './types';

/** The default learngene: every type of rank hiddenSize, which is what the paper's "about 35 % carried over" fits. */
export const defaultRanks = (config: DiTConfig): Ranks => uniformRanks(config.hiddenSize);

/** A target in factors: sigma and the block biases to be tuned, everything else frozen (phase 2 of FINE). */
export function fineTarget(source: Source, config: DiTConfig, seed: number, start: SigmaStart): ModelForm {
  const { tensors } = initialiseFromLearngene({ config: source.config, ranks: source.ranks!, tensors: source.tensors }, config.depth, start, seed);
  const tuned = new Set(WEIGHT_TYPES.flatMap((type) => Array.from({ length: config.depth }, (_, block) => [sigmaName(type, block), biasName(type, block)]).flat()));
  const trainable: TensorMap = {};
  const frozen: TensorMap = {};
  for (const [name, tensor] of Object.entries(tensors)) (tuned.has(name) ? trainable : frozen)[name] = tensor;
  return { config, ranks: source.ranks, trainable, frozen };
}

/**
 * FINE, with the defaults of docs/method.md: phase 1 trains the factors of rank hiddenSize from one constant sigma; the target
 * starts on the line of the learngene's sigma and biases over depth, and 300 steps tune these alone.
 */
export const fine: Initialization = {
  id: 'fine',
  label: 'FINE',
  citation: 'FINE, "Factorizing Knowledge for Initialization of Variable-sized Diffusion Models", arXiv 2409.19289',
  needs: 'own',
  changes: { depth: true, width: false },
  adaptation: { steps: 300, learningRate: 1e-2 },
  source(config, seed) {
    const { ranks, tensors } = initialFactors(config, defaultRanks(config), { start: 'gaussian', seed });
    return { config, ranks, trainable: tensors, frozen: {} };
  },
  target(source, config, seed) {
    requireSameShape('FINE', source!, config);
    return fineTarget(source!, config, seed, 'line');
  },
  carried: (source) => countNumbers(source.tensors),
};
