/** What an export says about itself, for people and for programs: the content of its config.json. */
import type { DiffusionConfig } from '../../../shared/config';
import type { ModelFacts } from '../../../shared/worker';
import { type OfficialConfig, toOfficialConfig } from '../checkpoint/officialConfig';
import { createDiffusion } from '../diffusion/gaussian';
import { uvHash } from '../fine/learngene';
import type { ModelWeights } from '../model/types';

/** The architecture stands at the top level under its official names, so that the file serves as configuration of an import. */
export type ExportDescription = OfficialConfig & {
  format: 'fine-studio-export';
  class_names: string[];
  /** The label that means "no class". */
  null_class: number;
  diffusion: DiffusionConfig & {
    /** Share of the signal's variance left after each step of the full process. */
    alphas_cumprod: number[];
  };
  /** Classifier-free guidance touches this many channels, as in the official DiT. */
  guidance_channels: number;
  weights: {
    form: 'dense' | 'factorised';
    precision: 'float32' | 'float16';
    /** A running average over training, or the weights of the last step. */
    averaged: boolean;
    /** SHA-256 over the shared factors: equal for all models of one learngene. Null for a model without factors. */
    learngene_sha256: string | null;
  };
  checkpoint: { sha256: string; step: number; loss: number | null };
};

export function describeExport(source: { weights: ModelWeights; facts: ModelFacts; form: 'dense' | 'factorised'; precision: 'float32' | 'float16'; averaged: boolean }): ExportDescription {
  const { weights, facts, form, precision, averaged } = source;
  const { config } = weights;
  const { schedule } = createDiffusion(facts.diffusion, { learnSigma: config.learnSigma });
  return {
    ...toOfficialConfig(config),
    format: 'fine-studio-export',
    class_names: facts.classNames,
    null_class: config.numClasses,
    diffusion: { ...facts.diffusion, alphas_cumprod: [...schedule.alphasCumprod] },
    guidance_channels: Math.min(3, config.inChannels),
    weights: { form, precision, averaged, learngene_sha256: weights.ranks ? uvHash(weights.tensors) : null },
    checkpoint: { sha256: facts.sha256, step: facts.step, loss: facts.loss },
  };
}
