/** A forward pass as an ONNX model for the rest of the world: any batch, standard operators, official names. */
import { countMacs } from '../counts';
import { simplify } from '../passes';
import { traceProgram } from '../trace/traceProgram';
import type { ProgramSpec } from '../types';
import { batchDims } from './batchDims';
import type { ElementType } from './builder';
import { emitOnnx, type EmittedModel } from './emit';

export interface ExportOptions {
  /**
   * The program at a given batch size: no state, every input with the batch as first size, weights as `constants`, whose
   * names become the initialisers' names. It is only traced, at two sizes.
   */
  bodyAtBatch(batch: number): ProgramSpec;
  /** Element types that inputs have from outside, such as `{ t: 'int64', y: 'int64' }`; cast inside. */
  inputTypes?: Record<string, ElementType>;
  /**
   * float16 stores the weights (constants of 256 elements and more) as halves with a Cast to float32 behind each: half the
   * file, the same float32 arithmetic in every runtime; runtimes fold the casts when they load the model.
   */
  precision?: 'float32' | 'float16';
  /** Default 18; 18 is also the lowest that the emitted operators need. */
  opset?: number;
  description?: string;
  /** Written as metadata_props. */
  metadata?: Record<string, string>;
  /** Name of the file for weights beside the model, used when they exceed what one protobuf may hold (2 GiB). */
  dataFile?: string;
  /** Keep the weights in `dataFile` whatever their size. */
  alwaysExternal?: boolean;
}

export interface ExportedModel extends EmittedModel {
  /** Multiply-accumulates of one forward pass per batch element. */
  macsPerItem: number;
}

/** Two sizes that no other size of a model is a multiple of by chance. */
const TRACED_BATCHES = [17, 19] as const;

/**
 * Returns the model's bytes (and the external data when there is any): shapes with the symbolic first size `batch`, nothing of
 * `com.microsoft`. Throws `AppError('unsupported')` when the program depends on the batch in a way ONNX cannot follow.
 */
export function exportForward(options: ExportOptions): ExportedModel {
  const [graph, other] = TRACED_BATCHES.map((batch) => {
    const traced = traceProgram(options.bodyAtBatch(batch));
    simplify(traced);
    return traced;
  });
  const emitted = emitOnnx(graph, {
    standardOps: true,
    dims: batchDims(graph, TRACED_BATCHES[0], other, TRACED_BATCHES[1]),
    inputTypes: options.inputTypes,
    halfWeights: options.precision === 'float16',
    opset: options.opset,
    description: options.description,
    metadata: options.metadata,
    dataFile: options.dataFile,
    alwaysExternal: options.alwaysExternal,
  });
  return { ...emitted, macsPerItem: countMacs(graph) / TRACED_BATCHES[0] };
}
