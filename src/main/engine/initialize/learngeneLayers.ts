import type { DiTConfig } from '../../../shared/config';
import type { TensorMap } from '../tensor/types';
import { blockTensors, cloneTensors, copyBlocks, countNumbers, outerTensors, requireSameShape } from './blocks';
import { ditDefault } from './ditDefault';
import type { Initialization, Source } from './types';

/** Which source block goes to which target block. */
type Placement = (source: number, target: number) => { from: number; to: number }[];

/**
 * Some blocks of a trained ancestor and all that lies outside its blocks; the other blocks as in the official DiT start.
 * The published versions leave out the ancestor's head because the class set changes; here the classes are the same, so the
 * final layer and the label table are carried.
 */
function keepBlocks(source: Source, config: DiTConfig, seed: number, place: Placement): TensorMap {
  const out = { ...ditDefault(config, seed).tensors, ...outerTensors(source.tensors) };
  for (const { from, to } of place(source.config.depth, config.depth)) Object.assign(out, blockTensors(source.tensors, from, to));
  return cloneTensors(out);
}

function layerLearngene(id: string, label: string, citation: string, place: Placement): Initialization {
  return {
    id,
    label,
    citation,
    needs: 'dense',
    changes: { depth: true, width: false },
    adaptation: { steps: 0, learningRate: null },
    target(source, config, seed) {
      requireSameShape(label, source!, config);
      return { config, ranks: null, trainable: keepBlocks(source!, config, seed, place), frozen: {} };
    },
    carried: (source, config) => countNumbers(copyBlocks(source.tensors, place(source.config.depth, config.depth).map((p) => p.from))),
  };
}

/** At most `count` consecutive blocks starting at `from`, put at `to` onwards. */
const run = (count: number, from: number, to: number) => Array.from({ length: count }, (_, i) => ({ from: from + i, to: to + i }));

/**
 * The last quarter of the ancestor's blocks (3 of 12 in the source), kept as the last blocks of the target. Source positions equal
 * target positions when both have the same depth; for other depths the choice "last stays last" is made here.
 */
export const heurLearngene = layerLearngene('heur-lg', 'Heur-LG', 'Wang et al., "Learngene: From Open-World to Your Learning Task", AAAI 2022', (source, target) => {
  const count = Math.min(target, Math.max(1, Math.round(source / 4)));
  return run(count, source - count, target - count);
});

/**
 * The first half of the ancestor's blocks (6 of 12 in the source), kept as the first blocks. The paper finds them with a
 * meta-network's layer similarity; the public comparison code fixes the first half, and so does this.
 */
export const autoLearngene = layerLearngene('auto-lg', 'Auto-LG', 'Wang et al., "Learngene: Inheriting Condensed Knowledge from the Ancestry Model to Descendant Models", 2023', (source, target) =>
  run(Math.min(target, Math.max(1, Math.round(source / 2))), 0, 0),
);
