/** Sample grids while a run trains: always the same seeds and classes, so that the pictures of two steps can be compared. */
import { join } from 'node:path';
import type { DiffusionConfig, SampleConfig } from '../../../shared/config';
import type { ModelWeights } from '../model/types';
import { type CompiledModel, compileModel } from '../sample/forward';
import { compiledBatch, generate } from '../sample/generate';
import { writeGrid } from '../sample/grid';
import type { Backend } from '../tensor/types';
import type { JobContext } from './context';

const LARGEST_BATCH = 16;

export class RunSampler {
  private model: CompiledModel | null = null;
  private readonly config: SampleConfig;

  constructor(
    request: { steps: string; count: number; guidanceScale: number; seed: number },
    private readonly use: { backend: Backend; dir: string; diffusion: DiffusionConfig; classes: number; threads: number; context: JobContext },
  ) {
    this.config = {
      sampler: 'ddim',
      steps: request.steps,
      guidanceScale: request.guidanceScale,
      guidanceChannels: 'three',
      eta: 0,
      clipDenoised: true,
      seed: request.seed,
      classes: Array.from({ length: request.count }, (_, i) => i % use.classes),
      useEma: true,
    };
  }

  /** Draws one grid with `weights` and tells the host where it is. */
  async draw(step: number, weights: ModelWeights): Promise<void> {
    const { backend, dir, diffusion, threads, context } = this.use;
    const { classes, guidanceScale } = this.config;
    const batch = Math.min(classes.length, LARGEST_BATCH);
    if (this.model) await this.model.setWeights(weights.tensors);
    else this.model = await compileModel(weights, { backend, batch: compiledBatch(batch, guidanceScale), fixed: false, threads });
    const images = await generate(this.model, { diffusion, sample: this.config, batch, signal: context.signal });
    const file = join(dir, `step-${String(step).padStart(7, '0')}.png`);
    const { inputSize: size, inChannels: channels } = weights.config;
    const { columns, rows } = await writeGrid(file, images, { count: classes.length, size, channels });
    context.emit({ type: 'sample', step, file, columns, rows, config: { ...this.config } });
  }

  async dispose(): Promise<void> {
    await this.model?.dispose();
    this.model = null;
  }
}
