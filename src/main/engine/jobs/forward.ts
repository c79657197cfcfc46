import { AppError } from '../../../shared/errors';
import type { JobOf, JobResult } from '../../../shared/worker';
import { bestWeights, readModel } from '../checkpoint/model';
import { readSafetensors, writeSafetensors } from '../checkpoint/safetensors';
import { outChannels } from '../model/parameters';
import { compileModel } from '../sample/forward';
import { resolveBackend } from '../tensor/backends';
import type { HostTensor } from '../tensor/types';

/** One evaluation of the model on given tensors, for comparing with other frameworks. */
export async function forwardJob(job: JobOf<'forward'>): Promise<JobResult<'forward'>> {
  const stored = await readModel(job.checkpointFile);
  const weights = job.useEma ? bestWeights(stored) : stored.weights;
  const { inChannels, inputSize, numClasses } = weights.config;
  const { tensors } = await readSafetensors(job.inputsFile);
  const x = input(tensors, 'x', job.inputsFile);
  const batch = x.shape[0];
  if (x.shape.length !== 4 || x.shape[1] !== inChannels || x.shape[2] !== inputSize || x.shape[3] !== inputSize) {
    throw new AppError('invalid-input', `"x" is [${x.shape.join(', ')}]; this model takes [batch, ${inChannels}, ${inputSize}, ${inputSize}].`, { field: 'inputs' });
  }
  const t = perSample(tensors, 't', batch, job.inputsFile, [0, stored.diffusion.timesteps - 1]);
  const y = perSample(tensors, 'y', batch, job.inputsFile, [0, numClasses]);

  const model = await compileModel(weights, { backend: await resolveBackend(job.backend, { threads: job.threads }), batch, fixed: true, threads: job.threads });
  try {
    const shape = [batch, outChannels(weights.config), inputSize, inputSize];
    const out = await model.forward(Float32Array.from(x.data), t, y);
    await writeSafetensors(job.outFile, { out: { shape, data: out } });
    return { outFile: job.outFile, shape };
  } finally {
    await model.dispose();
  }
}

function input(tensors: Record<string, HostTensor>, name: string, file: string): HostTensor {
  const tensor = tensors[name];
  if (tensor) return tensor;
  throw new AppError('format', `${file} has no tensor "${name}".`, { cause: `It holds: ${Object.keys(tensors).join(', ') || 'nothing'}.`, hint: 'Store x float32 [batch, channels, size, size], t and y int64 [batch].', field: 'inputs' });
}

function perSample(tensors: Record<string, HostTensor>, name: string, batch: number, file: string, [low, high]: [number, number]): Int32Array {
  const tensor = input(tensors, name, file);
  if (tensor.shape.length !== 1 || tensor.shape[0] !== batch) throw new AppError('invalid-input', `"${name}" is [${tensor.shape.join(', ')}]; with this "x" it must be [${batch}].`, { field: 'inputs' });
  const values = Int32Array.from(tensor.data);
  const wrong = values.find((v, i) => v < low || v > high || v !== tensor.data[i]);
  if (wrong !== undefined) throw new AppError('invalid-input', `"${name}" must hold whole numbers from ${low} to ${high}; ${wrong} is not one.`, { field: 'inputs' });
  return values;
}
