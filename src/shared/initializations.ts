/**
 * Every way to start a model, as a person chooses among them. What each does is in the engine's registry, which a test holds this list to.
 * `needs`: what has to be trained once before any size. `adaptation`: optimiser steps between copying and free training, by the
 * method's authors, with the learning rate for them at small scale.
 */

export interface InitializationInfo {
  id: string;
  label: string;
  /** In one sentence. */
  description: string;
  needs: 'nothing' | 'dense' | 'own';
  adaptation: { steps: number; learningRate: number } | null;
}

const list = <const T extends readonly InitializationInfo[]>(methods: T): T => methods;

export const INITIALIZATION_INFOS = list([
  { id: 'scratch', label: 'DiT default', description: 'From nothing, as the official DiT starts.', needs: 'nothing', adaptation: null },
  { id: 'he', label: 'He', description: 'From nothing, block matrices scaled by their inputs.', needs: 'nothing', adaptation: null },
  { id: 'mimetic', label: 'Mimetic', description: 'From nothing, attention shaped like that of trained models.', needs: 'nothing', adaptation: null },
  { id: 'select-first', label: 'Weight selection (first N)', description: 'The first blocks of a trained dense model.', needs: 'dense', adaptation: null },
  { id: 'select-uniform', label: 'Weight selection (uniform)', description: 'Evenly spread blocks of a trained dense model.', needs: 'dense', adaptation: null },
  { id: 'share', label: 'Share Init', description: 'One block, trained tied at every depth and copied to each.', needs: 'own', adaptation: null },
  { id: 'heur-lg', label: 'Heur-LG', description: 'The last quarter of a trained dense model’s blocks, the rest new.', needs: 'dense', adaptation: null },
  { id: 'auto-lg', label: 'Auto-LG', description: 'The first half of a trained dense model’s blocks, the rest new.', needs: 'dense', adaptation: null },
  { id: 'tleg', label: 'TLEG', description: 'Two trained parts, mixed linearly over depth.', needs: 'own', adaptation: null },
  { id: 'ligo', label: 'LiGO', description: 'A trained dense model grown by learned linear maps.', needs: 'dense', adaptation: { steps: 100, learningRate: 1e-3 } },
  { id: 'wave', label: 'WAVE', description: 'Trained templates, shared by all layers; small scalers are tuned.', needs: 'own', adaptation: { steps: 300, learningRate: 1e-2 } },
  { id: 'kind', label: 'KIND', description: 'Each layer’s own trained factors; half are kept, half are new.', needs: 'own', adaptation: null },
  { id: 'svdiff', label: 'SVDiff', description: 'A trained dense model’s layers; shifts of its singular values are tuned.', needs: 'dense', adaptation: { steps: 300, learningRate: 1e-3 } },
  { id: 'svd', label: 'Independent truncated SVD', description: 'Each layer of a trained dense model, cut to a low rank by itself.', needs: 'dense', adaptation: null },
  { id: 'fine', label: 'FINE', description: 'The learngene’s shared U and V; sigma and biases are tuned.', needs: 'own', adaptation: { steps: 300, learningRate: 1e-2 } },
]);

export type InitializationId = (typeof INITIALIZATION_INFOS)[number]['id'];
export const INITIALIZATION_IDS = INITIALIZATION_INFOS.map((m) => m.id) as [InitializationId, ...InitializationId[]];

export function initializationInfo(id: InitializationId): InitializationInfo {
  return INITIALIZATION_INFOS.find((m) => m.id === id)!;
}
