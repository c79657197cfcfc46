/** A program in the native runtime: state in our own buffers, read and written there by the two sessions of partition.ts. */
import { countMacs } from '../counts';
import { checkInputs, checkState, isCommitted, sizeOf, stateNames } from '../host';
import type { IrType } from '../ir';
import { extractLargeConstants } from '../largeConstants';
import { flattenUpdate, type FlatUpdate, type Window } from '../flatUpdate';
import { emitOnnx, type EmittedModel } from '../onnx/emit';
import { CUT_PREFIX, partition, stateName, type Partition } from '../partition';
import { preferProducts, simplify } from '../passes';
import { overlayActivations } from '../overlay';
import { STATE_PREFIX, traceProgram } from '../trace/traceProgram';
import type { HostTensor, Program, ProgramSpec, ProgramStats, RunResult, TensorMap, TypedArray } from '../types';
import { allocate, compileElementwise, scalarsOf } from '../wasm/elementwise';
import { alignedZeros, type NativeArray } from './memory';
import { nativeRuntime, NativeSession, NativeTensors, type BoundTensor } from './nativeSession';

/** Front and back buffer of one state tensor; the same when it is updated in place. */
type Buffers = [BoundTensor, BoundTensor];

export interface NativeCompileOptions {
  threads: number;
  /** Bytes of constants above which they become inputs; for tests. */
  bakedLimit?: number;
}

export async function compileNative(spec: ProgramSpec, options: NativeCompileOptions): Promise<Program> {
  const start = performance.now();
  const graph = traceProgram(spec);
  simplify(graph);
  const nodes = graph.nodes.length;
  const macs = countMacs(graph);
  const constants = extractLargeConstants(graph, options.bakedLimit);
  const parts = partition(graph);
  preferProducts(parts.compute);
  const { flat, memory, arrays } = layOutUpdate(parts, options.threads);
  if (flat) overlayActivations(parts.compute, flat.windows);
  const compute = emitOnnx(parts.compute);
  const update = flat?.graph ? emitOnnx(flat.graph) : null;
  const rt = await nativeRuntime();
  const sessions: NativeSession[] = [];
  const tensors = new NativeTensors(rt);
  try {
    for (const part of update ? [compute, update] : [compute]) sessions.push(await NativeSession.create(part.model, { threads: options.threads }));
    return new NativeProgram(spec, constants, parts, { flat, memory, arrays }, [compute, update], sessions, tensors, rt.address, { macs, nodes, started: start });
  } catch (error) {
    for (const session of sessions) session.dispose();
    tensors.dispose();
    throw error;
  }
}

interface FlatLayout {
  flat: FlatUpdate | null;
  /** Set when the flat buffers lie in WebAssembly's memory and `flat.kernels` work on them. */
  memory: WebAssembly.Memory | null;
  arrays: Map<string, Float32Array> | null;
}

/** One thread of compiled code outruns this many threads of a runtime that works op by op. */
const COMPILED_UP_TO = 4;

function layOutUpdate(parts: Partition, threads: number): FlatLayout {
  if (threads <= COMPILED_UP_TO) {
    const flat = flattenUpdate(parts, { compiled: true });
    const allocated = flat && allocate(flat.buffers);
    if (allocated) return { flat, ...allocated };
  }
  return { flat: flattenUpdate(parts, { compiled: false }), memory: null, arrays: null };
}

class NativeProgram implements Program {
  readonly stats: ProgramStats;
  private readonly state: Record<string, Buffers> = {};
  private readonly inputs: Record<string, BoundTensor> = {};
  private readonly outputs: Record<string, BoundTensor> = {};
  private readonly constants: Record<string, BoundTensor> = {};
  private readonly cuts: Record<string, BoundTensor> = {};
  private readonly pieces: Record<string, BoundTensor> = {};
  /** Updates that are compiled rather than run by a session. */
  private readonly kernels: (() => void)[] = [];
  /** Which of the two buffers holds the state that counts, per group of states that are swapped together. */
  private front: { compute: 0 | 1; update: 0 | 1 } = { compute: 0, update: 0 };
  private readonly doubled: { compute: boolean; update: boolean };
  /** Binding numbers by session, indexed by the fronts as compute * 2 + update. */
  private readonly bindings: { compute: number[]; update: number[] } = { compute: [], update: [] };
  private status: 'ready' | 'running' | 'broken' | 'disposed' = 'ready';

  constructor(
    private readonly spec: ProgramSpec,
    constants: Record<string, HostTensor>,
    private readonly parts: Partition,
    { flat, memory, arrays }: FlatLayout,
    [computeModel, updateModel]: [EmittedModel, EmittedModel | null],
    private readonly sessions: NativeSession[],
    private readonly tensors: NativeTensors,
    address: (data: ArrayBufferView) => bigint,
    known: { macs: number; nodes: number; started: number },
  ) {
    let stateBytes = 0;
    const make = (shape: readonly number[], dtype: IrType): BoundTensor => tensors.wrap(alignedZeros(shape, dtype, address), shape, dtype);
    const buffers: Map<string, NativeArray> = arrays ?? new Map([...(flat?.buffers ?? [])].map(([name, length]) => [name, alignedZeros([length], 'float32', address)]));
    const view = ({ buffer, offset, length }: Window): NativeArray => buffers.get(buffer)!.subarray(offset, offset + length);
    /** A tensor in its window of the flat memory, or with memory of its own. */
    const place = (name: string, shape: readonly number[], dtype: IrType): BoundTensor => {
      const window = flat?.windows.get(name);
      return window ? tensors.wrap(view(window), shape, dtype) : make(shape, dtype);
    };
    for (const [name, window] of flat?.pieces ?? []) this.pieces[name] = tensors.wrap(view(window), [window.length], 'float32');
    const written = (name: string): boolean => parts.writtenByCompute.has(name) || (parts.writtenByUpdate.has(name) && !parts.inPlace.has(name));
    for (const [name, { shape, dtype }] of Object.entries(spec.state)) {
      const front = place(STATE_PREFIX + name, shape, dtype);
      this.state[name] = [front, written(name) ? make(shape, dtype) : front];
      stateBytes += front.data.byteLength * (written(name) ? 2 : 1);
    }
    for (const [name, { shape, dtype }] of Object.entries(spec.inputs)) this.inputs[name] = make(shape, dtype);
    // The caller's own arrays, which a program may rely on not changing.
    for (const [name, { shape, data }] of Object.entries(constants)) this.constants[name] = tensors.wrap(data, shape, data instanceof Float32Array ? 'float32' : 'int32');
    for (const { name, value } of parts.compute.outputs) {
      if (stateName(name) !== null) continue;
      (name.startsWith(CUT_PREFIX) ? this.cuts : this.outputs)[name] = place(name, value.shape, value.dtype);
    }
    for (const { program, buffers: names } of memory ? flat!.kernels : []) {
      const run = compileElementwise(program, memory!);
      const operands = names.map((name) => arrays!.get(name)!);
      const scalars = scalarsOf(program).map((value) => value.input!);
      this.kernels.push(() => run(operands, scalars.map((name) => this.scalar(name))));
    }
    this.doubled = { compute: parts.writtenByCompute.size > 0, update: [...parts.writtenByUpdate].some((name) => !parts.inPlace.has(name)) };
    this.bindAll(computeModel, updateModel);
    this.stats = { compileMs: performance.now() - known.started, macs: known.macs, nodes: known.nodes, stateBytes };
  }

  private bindAll(computeModel: EmittedModel, updateModel: EmittedModel | null): void {
    for (let i = 0; i < 4; i++) {
      const front = { compute: (i >> 1) as 0 | 1, update: (i & 1) as 0 | 1 };
      if ((front.compute && !this.doubled.compute) || (front.update && !this.doubled.update)) continue;
      this.bindings.compute[i] = this.sessions[0].bind(this.pick(computeModel.inputs, front, false), this.pick(computeModel.outputs, front, true));
      if (updateModel) this.bindings.update[i] = this.sessions[1].bind(this.pick(updateModel.inputs, front, false), this.pick(updateModel.outputs, front, true));
    }
  }

  private pick(names: string[], front: { compute: 0 | 1; update: 0 | 1 }, back: boolean): Record<string, BoundTensor> {
    return Object.fromEntries(
      names.map((name) => {
        const fixed = this.pieces[name] ?? this.constants[name];
        if (fixed) return [name, fixed];
        const state = stateName(name);
        if (state === null) return [name, this.cuts[name] ?? (back ? this.outputs[name] : this.inputs[name])];
        return [name, this.state[state][this.frontOf(state, front) ^ (back ? 1 : 0)]];
      }),
    );
  }

  private frontOf(state: string, front: { compute: 0 | 1; update: 0 | 1 }): 0 | 1 {
    if (this.parts.writtenByCompute.has(state)) return front.compute;
    return this.parts.writtenByUpdate.has(state) ? front.update : 0;
  }

  async run(inputs: Record<string, TypedArray>): Promise<RunResult> {
    this.enter();
    try {
      checkInputs(this.spec, inputs);
      for (const [name, data] of Object.entries(inputs)) this.inputs[name].data.set(data);
      const which = this.front.compute * 2 + this.front.update;
      await this.sessions[0].run(this.bindings.compute[which]);
      const outputs: Record<string, Float32Array> = {};
      for (const [name, { data }] of Object.entries(this.outputs)) outputs[name] = (data as Float32Array).slice();
      const committed = isCommitted(this.spec, outputs);
      if (committed) await this.commit(which);
      return { outputs, committed };
    } finally {
      if (this.status === 'running') this.status = 'ready';
    }
  }

  private async commit(which: number): Promise<void> {
    // An update that fails half way has overwritten part of the state: nothing may read it afterwards.
    this.status = 'broken';
    if (this.sessions[1]) await this.sessions[1].run(this.bindings.update[which]);
    for (const kernel of this.kernels) kernel();
    this.status = 'running';
    this.front = {
      compute: this.doubled.compute ? flip(this.front.compute) : 0,
      update: this.doubled.update ? flip(this.front.update) : 0,
    };
  }

  /** A number that the update reads: an input of the run, or worked out by `compute`. */
  private scalar(name: string): number {
    const state = stateName(name);
    return (state === null ? (this.cuts[name] ?? this.inputs[name]).data : this.current(state))[0];
  }

  async readState(names?: readonly string[]): Promise<TensorMap> {
    const views = await this.viewState(names);
    for (const view of Object.values(views)) view.data = view.data.slice();
    return views;
  }

  async viewState(names?: readonly string[]): Promise<TensorMap> {
    this.assertUsable();
    const out: TensorMap = {};
    for (const name of stateNames(this.spec, names)) {
      const { shape } = this.spec.state[name];
      out[name] = { shape: [...shape], data: this.current(name).subarray(0, sizeOf(shape)) };
    }
    return out;
  }

  async writeState(values: TensorMap): Promise<void> {
    this.assertUsable();
    checkState(this.spec, values);
    for (const [name, { data }] of Object.entries(values)) this.current(name).set(data);
  }

  private current(name: string): TypedArray {
    return this.state[name][this.frontOf(name, this.front)].data as TypedArray;
  }

  async dispose(): Promise<void> {
    if (this.status === 'disposed') return;
    if (this.status === 'running') throw new Error(`${this.spec.name}: disposed while running`);
    this.status = 'disposed';
    for (const session of this.sessions) session.dispose();
    this.tensors.dispose();
    // A caller may hold the program for longer than it needs its memory.
    for (const held of [this.state, this.inputs, this.outputs, this.cuts, this.constants, this.pieces]) for (const name of Object.keys(held)) delete held[name];
    this.kernels.length = 0;
  }

  private enter(): void {
    this.assertUsable();
    this.status = 'running';
  }

  private assertUsable(): void {
    if (this.status !== 'ready') throw new Error(`${this.spec.name}: the program is ${this.status}`);
  }
}

function flip(side: 0 | 1): 0 | 1 {
  return side === 0 ? 1 : 0;
}
