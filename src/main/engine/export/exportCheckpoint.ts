/** A checkpoint for use elsewhere: an ONNX bundle that runs as it is, or safetensors. */
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Parity } from '../../../shared/entities';
import { AppError } from '../../../shared/errors';
import type { JobOf, JobResult } from '../../../shared/worker';
import { writeFileAtomically } from '../checkpoint/atomicFile';
import { sha256OfFile } from '../checkpoint/checksum';
import { exportSafetensors } from '../checkpoint/export';
import { bestWeights, readModel, type ModelContent } from '../checkpoint/model';
import { assertRoom } from '../checkpoint/room';
import { materialise } from '../fine/materialise';
import { parameterSpecs } from '../model/parameters';
import type { ModelWeights } from '../model/types';
import { resolveBackend } from '../tensor/backends';
import { type ExportDescription, describeExport } from './description';
import { modelCard } from './modelCard';
import { type ExportForm, onnxModel, smallerForm } from './onnx';
import { checkParity, exportedOnnx, exportedWeights } from './parity';
import { SAMPLE_MJS } from './sampleMjs';
import { SAMPLE_PY } from './samplePy';

export type ExportOptions = Omit<JobOf<'export'>, 'kind'> & {
  onProgress?(phase: string, done: number, total: number): void;
  signal?: AbortSignal;
};

type ExportedFile = JobResult<'export'>['files'][number];

const MODEL_FILE = 'model.onnx';
const DATA_FILE = 'model.onnx.data';
const WEIGHTS_FILE = 'model.safetensors';
const BYTES_PER_NUMBER = 4;
/** Scripts, configuration, report and model card together stay below this. */
const SMALL_FILES_BYTES = 2 ** 20;

/**
 * Writes into `dir` and says what. ONNX: model.onnx (and .data beyond 2 GiB), config.json, parity.json, README.md, sample.py,
 * sample.mjs. Safetensors: model.safetensors, config.json, parity.json. The written file is compared with the engine, and a
 * failed comparison is reported, not hidden. ONNX takes the smaller form unless told, safetensors that of the checkpoint.
 * Errors: those of reading the checkpoint, `invalid-input`, `no-space`, `unsupported`, `cancelled`.
 */
export async function exportCheckpoint(options: ExportOptions): Promise<JobResult<'export'>> {
  const { checkpointFile, format, precision } = options;
  const stored = await readModel(checkpointFile);
  const averaged = options.useEma && stored.ema !== null;
  const weights = averaged ? bestWeights(stored) : stored.weights;
  throwIfAborted(options.signal);

  if (format === 'safetensors' && precision !== 'float32')
    throw new AppError('unsupported', 'A safetensors export holds float32 weights.', { hint: 'Choose float32, or the ONNX format for halved weights.', field: 'precision' });
  if (options.form === 'factorised' && !weights.ranks) throw new AppError('invalid-input', 'This checkpoint is dense: it has no factors to export.', { hint: 'Export it as dense.', field: 'form' });
  const form = options.form ?? (format === 'onnx' ? smallerForm(weights) : stored.facts.form);
  const description = describeExport({ weights, facts: stored.facts, form, precision, averaged });
  return format === 'onnx' ? exportOnnx(weights, form, description, options) : exportWeights(weights, form, description, stored, options);
}

async function exportWeights(weights: ModelWeights, form: ExportForm, description: ExportDescription, { diffusion, classNames }: Pick<ModelContent, 'diffusion' | 'classNames'>, options: ExportOptions): Promise<JobResult<'export'>> {
  const { dir, precision, signal, onProgress } = options;
  const file = join(dir, WEIGHTS_FILE);
  await assertRoom(dir, BYTES_PER_NUMBER * storedNumbers(weights, form) + SMALL_FILES_BYTES, 'The exported files');
  onProgress?.('writing', 0, 1);
  try {
    const backend = await resolveBackend('auto');
    const written = await exportSafetensors(file, form === 'dense' ? await materialise(weights, backend) : weights, { diffusion, classNames });
    const parity = await checkParity(() => exportedWeights(file, backend), weights, { backend, precision, signal, onProgress: (done, total) => onProgress?.('comparing with the engine', done, total) });
    return { files: [written, await writeText(dir, 'config.json', json(description)), await writeText(dir, 'parity.json', json(parity))], parity, opset: null };
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

async function exportOnnx(weights: ModelWeights, form: ExportForm, description: ExportDescription, options: ExportOptions): Promise<JobResult<'export'>> {
  const { dir, precision, signal, onProgress } = options;
  onProgress?.('tracing', 0, 1);
  const backend = await resolveBackend('auto');
  const exported = await onnxModel(weights, form, description, { precision, dataFile: DATA_FILE, backend });
  const dataBytes = exported.data?.bytes ?? 0;
  await assertRoom(dir, exported.model.byteLength + dataBytes + SMALL_FILES_BYTES, 'The exported files');
  throwIfAborted(signal);

  onProgress?.('writing', 0, 1);
  const modelFile = join(dir, MODEL_FILE);
  const dataFile = join(dir, DATA_FILE);
  try {
    const files: ExportedFile[] = [];
    // The data goes first: a model file never points at data that is not there.
    if (exported.data) {
      await writeFileAtomically(dataFile, exported.data.chunks);
      files.push({ name: DATA_FILE, bytes: dataBytes, sha256: await sha256OfFile(dataFile) });
    }
    await writeFileAtomically(modelFile, [exported.model]);
    files.unshift({ name: MODEL_FILE, bytes: exported.model.byteLength, sha256: await sha256OfFile(modelFile) });

    const parity: Parity = await checkParity(() => exportedOnnx(modelFile, weights.config), weights, {
      backend,
      precision,
      signal,
      onProgress: (done, total) => onProgress?.('comparing with the engine', done, total),
    });
    const card = modelCard(description, {
      opset: exported.opset,
      modelBytes: exported.model.byteLength + dataBytes,
      external: exported.data !== null,
      parity,
      parameters: storedNumbers(weights, form),
      macsPerItem: exported.macsPerItem,
    });
    files.push(
      await writeText(dir, 'config.json', json(description)),
      await writeText(dir, 'parity.json', json(parity)),
      await writeText(dir, 'README.md', card),
      await writeText(dir, 'sample.py', SAMPLE_PY),
      await writeText(dir, 'sample.mjs', SAMPLE_MJS),
    );
    return { files, parity, opset: exported.opset };
  } catch (error) {
    // A model without its report would look like one that was checked.
    for (const file of [modelFile, dataFile]) await rm(file, { force: true });
    throw error;
  }
}

function storedNumbers({ config, ranks }: ModelWeights, form: ExportForm): number {
  return parameterSpecs(config, form === 'dense' ? null : ranks).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
}

async function writeText(dir: string, name: string, text: string): Promise<ExportedFile> {
  const bytes = Buffer.from(text);
  await writeFileAtomically(join(dir, name), [bytes]);
  return { name, bytes: bytes.byteLength, sha256: createHash('sha256').update(bytes).digest('hex') };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}

function throwIfAborted(signal?: AbortSignal): void {
  if (signal?.aborted) throw new AppError('cancelled', 'Cancelled.');
}
