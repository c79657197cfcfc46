/**
 * What an initialisation of a target size is, for FINE and for everything it is compared with: at most three stages, so that
 * every method can be charged in the same units (optimiser steps, parameters moved).
 *
 * 1. `source`: something trained once, whatever the sizes wanted later (nothing, a dense model, or the method's own form).
 * 2. `target`: the source's tensors rearranged for the target's shape, some of them trainable for `adapt.steps` steps.
 * 3. `materialise` (materialise.ts): the dense weights that the trained target stands for; free training follows.
 */
import type { DiTConfig, Ranks } from '../../../shared/config';
import type { BlockProduct } from '../train';
import type { TensorMap, Tensors } from '../tensor/types';

/**
 * A model written in other parameters than the official ones ("reparametrised model"). The tensors that the official names
 * stand for are a pure function of `trainable` and `frozen`, so the ordinary training step trains any of them.
 */
export interface ModelForm {
  config: DiTConfig;
  /** Ranks of a factorised model, whose names `ditForward` understands itself; null otherwise. */
  ranks: Ranks | null;
  trainable: TensorMap;
  /** Never updated by training. Disjoint from `trainable`. */
  frozen: TensorMap;
  /**
   * From `trainable` and `frozen` together to the official names, in differentiable tfjs ops that every backend has. Left out
   * when the tensors already carry official (or, with `ranks`, factorised) names.
   */
  toDense?(parameters: Tensors): Tensors;
  /**
   * Present when the block matrices differ from sample to sample while training, see `TrainOptions`. `toDense` then gives the
   * matrices of a model that has no such choice any more.
   */
  product?: BlockProduct;
}

/** A finished first stage. `tensors` are the trained values of the form's tensors, under the form's names. */
export interface Source {
  config: DiTConfig;
  ranks: Ranks | null;
  tensors: TensorMap;
}

export interface Adaptation {
  /** Optimiser steps between copying and materialising, as the method's authors used them; 0 for a pure copy. */
  steps: number;
  /** Learning rate of those steps at the scale of the built-in benchmark; null when there are none. */
  learningRate: number | null;
}

export interface Initialization {
  id: string;
  label: string;
  /** Where the method comes from. */
  citation: string;
  /** What has to be trained before any target: nothing, an ordinary dense model, or the method's own form. */
  needs: 'nothing' | 'dense' | 'own';
  /** Which sizes of the target may differ from the source. */
  changes: { depth: boolean; width: boolean };
  adaptation: Adaptation;
  /** The form trained as the source; present exactly when `needs` is 'own'. */
  source?(config: DiTConfig, seed: number): ModelForm;
  /**
   * The target before its adaptation. `source` is null exactly when `needs` is 'nothing'.
   * Throws `AppError('invalid-input')` when the target differs in a size that the method cannot change.
   */
  target(source: Source | null, config: DiTConfig, seed: number): ModelForm;
  /** Numbers of the source that have to be stored and moved to start this target. */
  carried(source: Source, config: DiTConfig): number;
}
