/**
 * An ONNX file as a stranger would run it: a fresh session of ONNX Runtime's public API on the CPU, nothing of our own in
 * between. For checking what was exported, and for models that a person brings along.
 */
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { basename } from 'node:path';
import { AppError } from '../../../../shared/errors';
import { threadsOf } from '../ort/threads';

export interface OnnxPort {
  name: string;
  /** Such as "float32" or "int64". */
  type: string;
  /** Numbers, and names or -1 where the size is free. */
  shape: (number | string)[];
}

export interface OnnxFeed {
  shape: number[];
  /** Int32Array values are handed over as int64 where the model asks for that. */
  data: Float32Array | Int32Array;
}

export interface OnnxResult {
  shape: number[];
  data: Float32Array;
}

export interface OnnxFile {
  readonly inputs: OnnxPort[];
  readonly outputs: OnnxPort[];
  /** All float32 outputs by name. Throws `AppError('invalid-input')` with the runtime's words when the inputs do not fit. */
  run(feeds: Record<string, OnnxFeed>): Promise<Record<string, OnnxResult>>;
  close(): Promise<void>;
}

/** Throws `AppError('format')` when the file is no model that ONNX Runtime can load. */
export async function openOnnx(file: string, options: { threads?: number } = {}): Promise<OnnxFile> {
  const ort = await import('onnxruntime-node');
  let session: InferenceSession;
  try {
    session = await ort.InferenceSession.create(file, { executionProviders: ['cpu'], intraOpNumThreads: threadsOf(options), logSeverityLevel: 3 });
  } catch (error) {
    throw new AppError('format', `${basename(file)} cannot be loaded as an ONNX model.`, { cause: (error as Error).message.split('\n')[0], hint: 'Check that the file is complete, and that an accompanying data file lies beside it.' });
  }
  const ports = (metadata: readonly InferenceSession.ValueMetadata[]): OnnxPort[] => metadata.map((m) => (m.isTensor ? { name: m.name, type: m.type, shape: [...m.shape] } : { name: m.name, type: 'sequence or map', shape: [] }));
  const inputs = ports(session.inputMetadata);
  const outputs = ports(session.outputMetadata);
  return {
    inputs,
    outputs,
    async run(feeds) {
      const tensors: Record<string, Tensor> = {};
      for (const [name, { data, shape }] of Object.entries(feeds)) {
        const wanted = inputs.find((port) => port.name === name)?.type;
        if (data instanceof Float32Array) tensors[name] = new ort.Tensor('float32', data, shape);
        else tensors[name] = wanted === 'int64' ? new ort.Tensor('int64', BigInt64Array.from(data, BigInt), shape) : new ort.Tensor('int32', data, shape);
      }
      let results: InferenceSession.ReturnType;
      try {
        results = await session.run(tensors);
      } catch (error) {
        throw new AppError('invalid-input', `${basename(file)} cannot be run on these inputs.`, { cause: (error as Error).message.split('\n')[0] });
      }
      return Object.fromEntries(Object.entries(results).flatMap(([name, value]) => (value.data instanceof Float32Array ? [[name, { shape: [...value.dims], data: value.data }]] : [])));
    },
    close: () => session.release(),
  };
}

/** One run of a file: opened, run, closed. */
export async function runOnnx(file: string, feeds: Record<string, OnnxFeed>): Promise<Record<string, OnnxResult>> {
  const model = await openOnnx(file);
  try {
    return await model.run(feeds);
  } finally {
    await model.close();
  }
}
