/** A program as a TensorFlow graph: one call of a saved-model session per run, the state in the session's variables. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../../../../shared/errors';
import { countMacs } from '../../counts';
import { bytesOf, checkInputs, checkState, isCommitted, stateNames } from '../../host';
import { extractLargeConstants } from '../../largeConstants';
import { simplify } from '../../passes';
import { addedProducts } from '../../passes/addedProducts';
import { traceProgram } from '../../trace/traceProgram';
import type { HostTensor, Program, ProgramSpec, ProgramStats, RunResult, TensorMap, TypedArray } from '../../types';
import type { Binding } from '../library';
import { TAG } from './builder';
import { emitGraph, type EmittedGraph } from './emit';

export interface GraphCompileOptions {
  bfloat16?: boolean;
  /** Bytes of constants above which they become variables; for tests. */
  bakedLimit?: number;
}

export async function compileGraph(binding: Binding, spec: ProgramSpec, { bfloat16, bakedLimit }: GraphCompileOptions = {}): Promise<Program> {
  const started = performance.now();
  const graph = traceProgram(spec);
  simplify(graph);
  addedProducts(graph);
  const known = { macs: countMacs(graph), nodes: graph.nodes.length };
  const constants = extractLargeConstants(graph, bakedLimit);
  const emitted = emitGraph(graph, { state: spec.state, guard: spec.guard, bfloat16 });
  const session = await loadModel(binding, emitted.model);
  return new GraphProgram(binding, spec, emitted, session, constants, { ...known, started });
}

/** The binding reads models from files only. */
async function loadModel(binding: Binding, model: Uint8Array): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'fine-studio-graph-'));
  try {
    await writeFile(join(folder, 'saved_model.pb'), model);
    return binding.loadSavedModel(folder, TAG);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

class GraphProgram implements Program {
  readonly stats: ProgramStats;
  private status: 'ready' | 'broken' | 'disposed' = 'ready';
  private readonly wanted: string[];

  constructor(
    private readonly binding: Binding,
    private readonly spec: ProgramSpec,
    private readonly emitted: EmittedGraph,
    private readonly session: number,
    constants: Record<string, HostTensor>,
    known: { macs: number; nodes: number; started: number },
  ) {
    this.wanted = Object.keys(emitted.outputs);
    this.call({}, [emitted.zero]);
    this.write(constants);
    const stateBytes = Object.values(spec.state).reduce((sum, declared) => sum + bytesOf(declared), 0);
    this.stats = { compileMs: performance.now() - known.started, macs: known.macs, nodes: known.nodes, stateBytes };
  }

  async run(inputs: Record<string, TypedArray>): Promise<RunResult> {
    this.assertUsable();
    checkInputs(this.spec, inputs);
    const { inputs: placeholders, outputs: nodes, step } = this.emitted;
    const fed = Object.fromEntries(Object.entries(placeholders).map(([name, node]) => [node, { data: inputs[name], shape: this.spec.inputs[name].shape }]));
    // A call that fails half way has assigned part of the state: nothing may read it afterwards.
    this.status = 'broken';
    const results = this.call(fed, [...this.wanted.map((name) => nodes[name]), step]);
    this.status = 'ready';
    const outputs = Object.fromEntries(this.wanted.map((name, i) => [name, results[i] as Float32Array]));
    return { outputs, committed: isCommitted(this.spec, outputs) };
  }

  async readState(names?: readonly string[]): Promise<TensorMap> {
    this.assertUsable();
    const read = stateNames(this.spec, names);
    const values = this.call({}, read.map((name) => this.emitted.variables[name].value));
    return Object.fromEntries(read.map((name, i) => [name, { shape: [...this.spec.state[name].shape], data: values[i] }]));
  }

  viewState(names?: readonly string[]): Promise<TensorMap> {
    return this.readState(names);
  }

  async writeState(values: TensorMap): Promise<void> {
    this.assertUsable();
    checkState(this.spec, values);
    this.write(values);
  }

  async dispose(): Promise<void> {
    if (this.status === 'disposed') return;
    this.status = 'disposed';
    this.binding.deleteSavedModel(this.session);
  }

  private write(values: Record<string, HostTensor>): void {
    const nodes = Object.keys(values).map((name) => this.emitted.variables[name]);
    this.call(Object.fromEntries(Object.values(values).map((value, i) => [nodes[i].placeholder, value])), nodes.map(({ written }) => written));
  }

  /** One call of the session: node -> tensor in, nodes out. TensorFlow prepares each combination of nodes anew and keeps it, so there should be few. */
  private call(feeds: Record<string, HostTensor>, wanted: readonly string[]): TypedArray[] {
    if (wanted.length === 0) return [];
    const { binding } = this;
    const held: number[] = [];
    try {
      for (const { data, shape } of Object.values(feeds)) held.push(binding.createTensor(shape, data instanceof Float32Array ? binding.TF_FLOAT : binding.TF_INT32, data));
      const results = binding.runSavedModel(this.session, held, Object.keys(feeds).join(), wanted.join()).map(({ id }) => id);
      held.push(...results);
      return results.map((id) => binding.tensorDataSync(id));
    } catch (error) {
      throw sessionError(error);
    } finally {
      for (const id of held) binding.deleteTensor(id);
    }
  }

  private assertUsable(): void {
    if (this.status !== 'ready') throw new Error(`${this.spec.name}: the program is ${this.status}`);
  }
}

function sessionError(error: unknown): unknown {
  const text = error instanceof Error ? error.message : String(error);
  return /OOM|out of memory|failed to allocate/i.test(text) ? new AppError('no-memory', 'Memory ran out in TensorFlow.', { hint: 'Choose a smaller batch size.', details: text }) : error;
}
