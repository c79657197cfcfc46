/**
 * A program on onnxruntime-node's public API: used where the C API cannot be called, and for execution providers. Every run
 * gives all of the state anew, so the old one is simply kept when the guard says so.
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
import { DeviceReader } from './deviceReader';
import { ortError } from './ortError';
import { WAITING } from './threads';

export interface ApiOptions {
  threads: number;
  /** For a model with nodes of these names. */
  executionProvider: (nodeNames: readonly string[]) => InferenceSession.ExecutionProviderConfig;
  /** Fused operators of the CPU provider; other providers have fewer of them. */
  standardOps: boolean;
  /** Weights, moments and constants stay in the device's memory: of a step only its inputs and results cross the bus. */
  stateOnDevice: boolean;
}

/** The node that adds and normalises in one gives no statistics on WebGPU, which the backward pass reads. */
const WITHOUT_FUSED_NORMALISATION = { optimization: { disable_specified_optimizers: 'SkipLayerNormFusion' } };

export async function compileWithApi(spec: ProgramSpec, options: ApiOptions): Promise<Program> {
  const started = performance.now();
  const ort = await import('onnxruntime-node');
  const graph = traceProgram(spec);
  simplify(graph);
  // Left in the model, constants are brought to the device once, when the session is made.
  const constants = options.stateOnDevice ? {} : extractLargeConstants(graph);
  addedProducts(graph);
  const emitted = emitOnnx(graph, { standardOps: options.standardOps });
  const create = (model: Uint8Array, more: InferenceSession.SessionOptions = {}): Promise<InferenceSession> =>
    ort.InferenceSession.create(model, {
      executionProviders: [options.executionProvider(emitted.nodeNames)],
      graphOptimizationLevel: 'all',
      intraOpNumThreads: options.threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      enableCpuMemArena: true,
      enableMemPattern: false,
      logSeverityLevel: 3,
      extra: { session: WAITING, ...(options.standardOps ? WITHOUT_FUSED_NORMALISATION : {}) },
      ...more,
    });
  let session: InferenceSession;
  let reader: DeviceReader | null = null;
  try {
    if (options.stateOnDevice) reader = await DeviceReader.open(create);
    session = await create(emitted.model, options.stateOnDevice ? { preferredOutputLocation: placesOf(emitted.outputs) } : {});
  } catch (error) {
    await reader?.close();
    throw ortError(error);
  }
  const makeTensor = (data: TypedArray, shape: readonly number[]): Tensor =>
    data instanceof Float32Array ? new ort.Tensor('float32', data, shape) : new ort.Tensor('int32', data, shape);
  const fixed = Object.fromEntries(Object.entries(constants).map(([name, { data, shape }]) => [name, makeTensor(data, shape)]));
  return new ApiProgram(spec, session, reader, makeTensor, fixed, { macs: countMacs(graph), nodes: graph.nodes.length, started });
}

const placesOf = (outputs: readonly string[]) => Object.fromEntries(outputs.map((name) => [name, stateName(name) === null ? ('cpu' as const) : ('gpu-buffer' as const)]));

/** Memory of the device is given back at once; the host's is left to the garbage collector, as somebody may look at it. */
function letGo(tensor: Tensor): void {
  if (tensor.location !== 'cpu') tensor.dispose();
}

class ApiProgram implements Program {
  readonly stats: ProgramStats;
  private readonly state: Record<string, Tensor> = {};
  private session: InferenceSession | null;

  constructor(
    private readonly spec: ProgramSpec,
    session: InferenceSession,
    private readonly reader: DeviceReader | null,
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
    for (const name of Object.keys(next)) {
      letGo(committed ? this.state[name] : next[name]);
      if (committed) this.state[name] = next[name];
    }
    return { outputs, committed };
  }

  async readState(names?: readonly string[]): Promise<TensorMap> {
    const views = await this.viewState(names);
    for (const view of Object.values(views)) view.data = view.data.slice();
    return views;
  }

  async viewState(names?: readonly string[]): Promise<TensorMap> {
    this.alive();
    const view: TensorMap = {};
    for (const name of stateNames(this.spec, names)) {
      const tensor = this.state[name];
      const data = tensor.location === 'cpu' ? (tensor.data as TypedArray) : await this.reader!.read(tensor);
      view[name] = { shape: [...this.spec.state[name].shape], data };
    }
    return view;
  }

  async writeState(values: TensorMap): Promise<void> {
    this.alive();
    checkState(this.spec, values);
    for (const [name, { data, shape }] of Object.entries(values)) {
      letGo(this.state[name]);
      this.state[name] = this.makeTensor(data.slice(), shape);
    }
  }

  async dispose(): Promise<void> {
    const { session } = this;
    if (!session) return;
    this.session = null;
    for (const [name, tensor] of Object.entries(this.state)) {
      letGo(tensor);
      delete this.state[name];
    }
    await this.reader?.close();
    await session.release();
  }

  private alive(): InferenceSession {
    if (!this.session) throw new Error(`${this.spec.name}: the program was disposed`);
    return this.session;
  }
}
