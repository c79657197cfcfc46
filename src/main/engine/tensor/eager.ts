/** Runs a program op by op on a tfjs backend: the reference way, and the way of libtensorflow. */
import { AppError } from '../../../shared/errors';
import { bytesOf, checkInputs, checkResult, checkState, isCommitted, stateNames, zeros } from './host';
import { tf } from './tf';
import { countMacs } from './counts';
import { traceProgram } from './trace/traceProgram';
import { onTfjsBackend } from './tfjsBackend';
import type { Program, ProgramSpec, ProgramStats, RunResult, TensorMap, Tensors, TypedArray } from './types';

/**
 * The program is traced once, although nothing here needs the graph, so that a missing kernel is known before the first run
 * and the work of a run can be told.
 */
export function compileEager(tfjsName: string, spec: ProgramSpec): Program {
  const started = performance.now();
  const graph = traceProgram(spec);
  const kernels = { macs: countMacs(graph), nodes: graph.nodes.length };
  return new EagerProgram(tfjsName, spec, { ...kernels, compileMs: performance.now() - started });
}

/** `tfjsName` is the registered tfjs backend; `stats` what is known about the program before it runs. */
class EagerProgram implements Program {
  readonly stats: ProgramStats;
  private readonly constants: Tensors;
  private readonly state: Tensors;
  private disposed = false;

  constructor(
    private readonly tfjsName: string,
    private readonly spec: ProgramSpec,
    stats: Pick<ProgramStats, 'compileMs' | 'macs' | 'nodes'>,
  ) {
    let stateBytes = 0;
    for (const tensor of Object.values(spec.state)) stateBytes += bytesOf(tensor);
    this.stats = { ...stats, stateBytes };
    [this.constants, this.state] = onTfjsBackend(tfjsName, () => [
      mapValues(spec.constants, (value) => makeTensor(value.data, value.shape)),
      mapValues(spec.state, (declared) => makeTensor(zeros(declared), declared.shape)),
    ]);
  }

  async run(inputs: Record<string, TypedArray>): Promise<RunResult> {
    this.assertAlive();
    checkInputs(this.spec, inputs);
    return onTfjsBackend(this.tfjsName, () => {
      let next: Tensors = {};
      const outputs: Record<string, Float32Array> = {};
      tf.tidy(() => {
        const given = mapValues(inputs, (data, name) => makeTensor(data, this.spec.inputs[name].shape));
        const result = this.evaluate(given);
        checkResult(this.spec, result);
        for (const [name, tensor] of Object.entries(result.outputs)) outputs[name] = Float32Array.from(tensor.dataSync());
        // A clone shares the bytes and owns its handle: the body may return an input, a constant or one tensor twice.
        if (isCommitted(this.spec, outputs)) next = mapValues(result.state, (tensor) => tf.keep(tf.clone(tensor)));
      });
      for (const [name, tensor] of Object.entries(next)) {
        this.state[name].dispose();
        this.state[name] = tensor;
      }
      return { outputs, committed: isCommitted(this.spec, outputs) };
    });
  }

  private evaluate(inputs: Tensors): { state: Tensors; outputs: Tensors } {
    try {
      return this.spec.body({ constants: { ...this.constants }, state: { ...this.state }, inputs });
    } catch (error) {
      const out = /out of memory|Array buffer allocation failed/i.exec(String(error));
      if (out) throw new AppError('no-memory', `${this.spec.name}: memory ran out`, { hint: 'Choose a smaller batch size.', details: String(error) });
      throw error;
    }
  }

  async readState(names?: readonly string[]): Promise<TensorMap> {
    this.assertAlive();
    const out: TensorMap = {};
    onTfjsBackend(this.tfjsName, () => {
      for (const name of stateNames(this.spec, names)) {
        const data = this.state[name].dataSync() as TypedArray;
        out[name] = { shape: [...this.spec.state[name].shape], data: data.slice() };
      }
    });
    return out;
  }

  viewState(names?: readonly string[]): Promise<TensorMap> {
    return this.readState(names);
  }

  async writeState(values: TensorMap): Promise<void> {
    this.assertAlive();
    checkState(this.spec, values);
    onTfjsBackend(this.tfjsName, () => {
      for (const [name, value] of Object.entries(values)) {
        this.state[name].dispose();
        this.state[name] = makeTensor(value.data, value.shape);
        tf.keep(this.state[name]);
      }
    });
  }

  async dispose(): Promise<void> {
    if (this.disposed) return;
    this.disposed = true;
    onTfjsBackend(this.tfjsName, () => {
      for (const tensor of [...Object.values(this.constants), ...Object.values(this.state)]) tensor.dispose();
    });
  }

  private assertAlive(): void {
    if (this.disposed) throw new Error(`${this.spec.name}: the program was disposed`);
  }
}

/** A tensor of its own: tfjs may keep a typed array that it is given, so it gets a copy. */
function makeTensor(data: TypedArray, shape: number[]): tf.Tensor {
  return tf.tensor(data.slice(), shape, data instanceof Float32Array ? 'float32' : 'int32');
}

function mapValues<T, U>(record: Record<string, T>, map: (value: T, name: string) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]));
}
