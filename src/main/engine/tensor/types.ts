/**
 * The contract between the engine and whatever executes it. A `ProgramSpec` describes one computation in tfjs ops;
 * a `Backend` compiles it into a `Program` that keeps its state on the device. Every backend passes test/contract/backends.
 */
import type * as tf from '@tensorflow/tfjs-core';
import type { BackendId } from '../../../shared/config';
import type { BackendInfo } from '../../../shared/entities';

export type DType = 'float32' | 'int32';
export type TypedArray = Float32Array | Int32Array;

export interface TensorSpec {
  shape: number[];
  dtype: DType;
}

/** A tensor in ordinary memory, row-major. */
export interface HostTensor {
  shape: number[];
  data: TypedArray;
}
export type TensorMap = Record<string, HostTensor>;
export type Tensors = Record<string, tf.Tensor>;

export interface ProgramSpec {
  /** For messages and dumps, such as "train-step". */
  name: string;
  /** Values that never change while the program lives; a graph backend bakes them in. Arrays must not be mutated afterwards. */
  constants: TensorMap;
  /** Tensors that persist between runs. All are zero until `writeState`. */
  state: Record<string, TensorSpec>;
  /** Tensors given anew for every run. */
  inputs: Record<string, TensorSpec>;
  /**
   * The computation, in tfjs ops, pure. `state` in the result holds new values for some or all state tensors (same shape and
   * dtype); those not named keep theirs. `outputs` are float32 tensors handed back by `run`.
   */
  body(args: { constants: Tensors; state: Tensors; inputs: Tensors }): { state: Tensors; outputs: Tensors };
  /**
   * Name of a scalar output. When it is NaN or infinite after a run, the state stays as it was before that run,
   * bit for bit, and `run` reports `committed: false`.
   */
  guard?: string;
}

export interface RunResult {
  outputs: Record<string, Float32Array>;
  committed: boolean;
}

export interface ProgramStats {
  /** Milliseconds spent tracing, simplifying and creating the session. */
  compileMs: number;
  /** Multiply-accumulates of one run (matrix products only); null where the backend cannot tell. */
  macs: number | null;
  nodes: number | null;
  /** Bytes of state held by the program, double buffers included. */
  stateBytes: number;
}

export interface Program {
  readonly stats: ProgramStats;
  /** One run. Must not be called again before it settles. Inputs are read before the promise settles and not kept. */
  run(inputs: Record<string, TypedArray>): Promise<RunResult>;
  /** Copies; all of the state when `names` is left out. */
  readState(names?: readonly string[]): Promise<TensorMap>;
  /**
   * As `readState`, without a copy where the backend can do without: read only, and only until the next `run` or `writeState`.
   * `dispose` leaves it as it is, so the last state of a program can be taken over.
   */
  viewState(names?: readonly string[]): Promise<TensorMap>;
  writeState(values: TensorMap): Promise<void>;
  /** Frees everything; safe to call twice. */
  dispose(): Promise<void>;
}

export interface Backend {
  readonly id: Exclude<BackendId, 'auto'>;
  /** `threads` as for `compile`: a library that starts its threads when it is loaded, and then only, is loaded here. */
  describe(options?: { threads?: number }): Promise<BackendInfo>;
  /**
   * Set where consecutive ops are served from a processor's cache: the largest activation, in bytes, that still is. A
   * computation over a batch that may as well go part by part then does.
   */
  readonly cachedBytes?: number;
  /** Throws `AppError('unsupported')` naming the op and the line that used it when a kernel is missing. */
  compile(spec: ProgramSpec, options?: { threads?: number }): Promise<Program>;
}
