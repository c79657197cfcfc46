/**
 * A program on onnxruntime-node's public API: used where the C API cannot be called, and for execution providers. Every run
 * copies all outputs out of the runtime, so the old state is simply kept when the guard says so.
 */
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { countMacs } from '../counts';
import { bytesOf, checkInputs, checkState, isCommitted, stateNames, zeros } from '../host';
import { extractLargeConstants } from '../largeConstants';
import { emitOnnx } from '../onnx/emit';
import { simplify } from '../passes';
import { addedProducts } from '../passes/addedProducts';
import { stateName } from '../partition';
import { traceProgram } from '../trace/traceProgram';
import type { Program, ProgramSpec, ProgramStats, RunResult, TensorMap, TypedArray } from '../types';
import { ortError } from './ortError';

export interface ApiOptions {
  threads: number;
  /** For a model with nodes of these names. */
  executionProvider: (nodeNames: readonly string[]) => InferenceSession.ExecutionProviderConfig;
  /** Fused operators of the CPU provider; other providers have fewer of them. */
  standardOps: boolean;
}

/** The node that adds and normalises in one gives no statistics on WebGPU, which the backward pass reads. */
const WITHOUT_FUSED_NORMALISATION = { optimization: { disable_specified_optimizers: 'SkipLayerNormFusion' } };

export async function compileWithApi(spec: ProgramSpec, options: ApiOptions): Promise<Program> {
  const started = performance.now();
  const ort = await import('onnxruntime-node');
  const graph = traceProgram(spec);
  simplify(graph);
  const constants = extractLargeConstants(graph);
  addedProducts(graph);
  const emitted = emitOnnx(graph, { standardOps: options.standardOps });
  let session: InferenceSession;
  try {
    session = await ort.InferenceSession.create(emitted.model, {
      executionProviders: [options.executionProvider(emitted.nodeNames)],
      graphOptimizationLevel: 'all',
      intraOpNumThreads: options.threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      enableCpuMemArena: true,
      enableMemPattern: false,
      logSeverityLevel: 3,
      extra: { session: { intra_op: { allow_spinning: '0' } }, ...(options.standardOps ? WITHOUT_FUSED_NORMALISATION : {}) },
    });
  } catch (error) {
    throw ortError(error);
  }
  const makeTensor = (data: TypedArray, shape: readonly number[]): Tensor =>
    data instanceof Float32Array ? new ort.Tensor('float32', data, shape) : new ort.Tensor('int32', data, shape);
  const fixed = Object.fromEntries(Object.entries(constants).map(([name, { data, shape }]) => [name, makeTensor(data, shape)]));
  return new ApiProgram(spec, session, makeTensor, fixed, { macs: countMacs(graph), nodes: graph.nodes.length, started });
}

class ApiProgram implements Program {
  readonly stats: ProgramStats;
  private readonly state: Record<string, Tensor> = {};
  private session: InferenceSession | null;

  constructor(
    private readonly spec: ProgramSpec,
    session: InferenceSession,
    private readonly makeTensor: (data: TypedArray, shape: readonly number[]) => Tensor,
    private readonly fixed: Record<string, Tensor>,
    known: { macs: number; nodes: number; started: number },
  ) {
    this.session = session;
    let stateBytes = 0;
    for (const [name, declared] of Object.entries(spec.state)) {
      this.state[name] = makeTensor(zeros(declared), declared.shape);
      stateBytes += bytesOf(declared) * 2;
    }
    this.stats = { compileMs: performance.now() - known.started, macs: known.macs, nodes: known.nodes, stateBytes };
  }

  async run(inputs: Record<string, TypedArray>): Promise<RunResult> {
    const session = this.alive();
    checkInputs(this.spec, inputs);
    const feeds: Record<string, Tensor> = {};
    for (const name of session.inputNames) {
      const state = stateName(name);
      feeds[name] = this.fixed[name] ?? (state === null ? this.makeTensor(inputs[name], this.spec.inputs[name].shape) : this.state[state]);
    }
    let results: InferenceSession.OnnxValueMapType;
    try {
      results = await session.run(feeds);
    } catch (error) {
      throw ortError(error);
    }
    const outputs: Record<string, Float32Array> = {};
    const next: Record<string, Tensor> = {};
    for (const [name, value] of Object.entries(results)) {
      const tensor = value as Tensor;
      const state = stateName(name);
      if (state !== null) next[state] = tensor;
      else outputs[name] = tensor.data as Float32Array;
    }
    const committed = isCommitted(this.spec, outputs);
    if (committed) Object.assign(this.state, next);
    return { outputs, committed };
  }

  async readState(names?: readonly string[]): Promise<TensorMap> {
    const views = await this.viewState(names);
    for (const view of Object.values(views)) view.data = view.data.slice();
    return views;
  }

  async viewState(names?: readonly string[]): Promise<TensorMap> {
    this.alive();
    return Object.fromEntries(stateNames(this.spec, names).map((name) => [name, { shape: [...this.spec.state[name].shape], data: this.state[name].data as TypedArray }]));
  }

  async writeState(values: TensorMap): Promise<void> {
    this.alive();
    checkState(this.spec, values);
    for (const [name, { data, shape }] of Object.entries(values)) this.state[name] = this.makeTensor(data.slice(), shape);
  }

  async dispose(): Promise<void> {
    const { session } = this;
    this.session = null;
    for (const name of Object.keys(this.state)) delete this.state[name];
    await session?.release();
  }

  private alive(): InferenceSession {
    if (!this.session) throw new Error(`${this.spec.name}: the program was disposed`);
    return this.session;
  }
}
