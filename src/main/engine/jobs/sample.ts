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
  const start = job.noiseFile ? await readNoise(job.noiseFile, [channels, size, size], job.cycleClasses ? null : job.sample.classes.length) : null;
  const count = start?.count ?? job.sample.classes.length;
  const classes = Array.from({ length: count }, (_, i) => job.sample.classes[i % job.sample.classes.length]);

  const backend = await resolveBackend(job.backend, { threads: job.threads });
  const batch = Math.min(count, LARGEST_BATCH);
  const model = await compileModel(weights, { backend, batch: compiledBatch(batch, job.sample.guidanceScale), fixed: true, threads: job.threads });
  try {
    const begun = performance.now();
    let report: ((done: number) => void) | null = null;
    const images = await generate(model, {
      diffusion: stored.diffusion,
      sample: { ...job.sample, classes },
      noise: start?.values,
      batch,
      signal: context.signal,
      onProgress: (done, total) => (report ??= progressReporter(context, 'sampling', total))(done),
    });
    const msPerImage = (performance.now() - begun) / count;
    if (job.rawFile) await writeSafetensors(job.rawFile, { samples: { shape: [count, channels, size, size], data: images } });
    const grid = job.outFile ? await writeGrid(job.outFile, images, { count, size, channels }) : { columns: 0, rows: 0 };
    return { outFile: job.outFile, rawFile: job.rawFile, classes, ...grid, msPerImage };
  } finally {
    await model.dispose();
  }
}

/** The tensor `z` of a file, [N, C, H, W]; N is free when `count` is null. */
async function readNoise(file: string, picture: number[], count: number | null): Promise<{ count: number; values: Float32Array }> {
  const { tensors } = await readSafetensors(file);
  const z = tensors.z;
  const wanted = `[${[count ?? 'pictures', ...picture].join(', ')}]`;
  if (!z) throw new AppError('format', `${file} has no tensor "z".`, { cause: `It holds: ${Object.keys(tensors).join(', ') || 'nothing'}.`, hint: `Store the start noise as "z", float32 ${wanted}.`, field: 'noise' });
  const [found, ...each] = z.shape;
  if (each.join() !== picture.join() || !found || found !== (count ?? found))
    throw new AppError('invalid-input', `The tensor "z" is [${z.shape.join(', ')}]; this model needs ${wanted}.`, { hint: count === null ? 'Draw noise of the shape of the model’s pictures.' : 'Leave the count out to take as many pictures as the noise holds.', field: 'noise' });
  return { count: found, values: Float32Array.from(z.data) };
}
