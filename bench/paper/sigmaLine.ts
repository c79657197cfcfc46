/** The paper's figure of sigma over the layers, from the learngene and the targets tuned from it. */
import { join } from 'node:path';
import { readSafetensors } from '../../src/main/engine/checkpoint/safetensors';
import { analyseSigma } from '../../src/main/engine/fine/analysis';
import { defaultRanks } from '../../src/main/engine/initialize/fine';
import type { ModelWeights } from '../../src/main/engine/model/types';
import type { Comparison } from './comparison';
import { keyOf } from './tasks';

export interface SigmaLine {
  depths: number[];
  analysis: ReturnType<typeof analyseSigma>;
  /** Of the source alone. */
  alone: ReturnType<typeof analyseSigma>;
}

export async function sigmaLine({ sources, main }: Comparison, dir: string): Promise<SigmaLine> {
  const source = sources.find(({ method }) => method === 'fine')!.task;
  const read = async (file: string, config: ModelWeights['config']): Promise<ModelWeights> => ({ config, ranks: defaultRanks(config), tensors: (await readSafetensors(join(dir, file))).tensors });
  const models = [await read(`${keyOf(source)}.safetensors`, source.config)];
  const first = main.find((row) => row.method === 'fine')!;
  const tuned = main.filter((row) => row.method === 'fine' && row.pretrainSeed === source.seed && row.targetSeed === first.targetSeed);
  for (const { task } of tuned) models.push(await read(`${keyOf(task)}.factors.safetensors`, task.config));
  return { depths: models.map((m) => m.config.depth), analysis: analyseSigma(models), alone: analyseSigma(models.slice(0, 1)) };
}
