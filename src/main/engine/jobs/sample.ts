import { AppError } from '../../../shared/errors';
import type { JobOf, JobResult } from '../../../shared/worker';
import { bestWeights, readModel } from '../checkpoint/model';
import { readSafetensors, writeSafetensors } from '../checkpoint/safetensors';
import { compileModel } from '../sample/forward';
import { compiledBatch, generate } from '../sample/generate';
import { writeGrid } from '../sample/grid';
import { resolveBackend } from '../tensor/backends';
import { type JobContext, progressReporter } from './context';

const LARGEST_BATCH = 16;

/** Pictures from a checkpoint: a PNG grid, the raw tensor, or both. */
export async function sampleJob(job: JobOf<'sample'>, context: JobContext): Promise<JobResult<'sample'>> {
  const stored = await readModel(job.checkpointFile);
  const weights = job.sample.useEma ? bestWeights(stored) : stored.weights;
  const { inChannels: channels, inputSize: size } = weights.config;
  const count = job.sample.classes.length;
  const noise = job.noiseFile ? await readNoise(job.noiseFile, [count, channels, size, size]) : undefined;

  const backend = await resolveBackend(job.backend);
  const batch = Math.min(count, LARGEST_BATCH);
  const model = await compileModel(weights, { backend, batch: compiledBatch(batch, job.sample.guidanceScale), fixed: true, threads: job.threads });
  try {
    const start = performance.now();
    let report: ((done: number) => void) | null = null;
    const images = await generate(model, {
      diffusion: stored.diffusion,
      sample: job.sample,
      noise,
      batch,
      signal: context.signal,
      onProgress: (done, total) => (report ??= progressReporter(context, 'sampling', total))(done),
    });
    const msPerImage = (performance.now() - start) / count;
    if (job.rawFile) await writeSafetensors(job.rawFile, { samples: { shape: [count, channels, size, size], data: images } });
    const grid = job.outFile ? await writeGrid(job.outFile, images, { count, size, channels }) : { columns: 0, rows: 0 };
    return { outFile: job.outFile, rawFile: job.rawFile, ...grid, msPerImage };
  } finally {
    await model.dispose();
  }
}

async function readNoise(file: string, shape: number[]): Promise<Float32Array> {
  const { tensors } = await readSafetensors(file);
  const z = tensors.z;
  if (!z) throw new AppError('format', `${file} has no tensor "z".`, { cause: `It holds: ${Object.keys(tensors).join(', ') || 'nothing'}.`, hint: `Store the start noise as "z", float32 [${shape.join(', ')}].`, field: 'noise' });
  if (z.shape.join() !== shape.join()) throw new AppError('invalid-input', `The tensor "z" is [${z.shape.join(', ')}]; this model and these classes need [${shape.join(', ')}].`, { hint: 'Give one class per picture of the noise, or the other way round.', field: 'noise' });
  return Float32Array.from(z.data);
}
