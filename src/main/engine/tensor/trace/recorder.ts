/**
 * A tfjs backend that computes nothing: tensors are handles of graph values, and kernels (kernels.ts) append nodes.
 * One recording at a time; `record` sets it around the traced code.
 */
import type { DataId } from '@tensorflow/tfjs-core/dist/tensor_info';
import { constantData, Graph, isConstant, type GraphNode, type IrType, type OpAttrs, type OpName, type Value } from '../ir';
import { tf } from '../tf';
import type { TypedArray } from '../types';
import { sourceLine } from './sourceLine';

export const TRACE = 'trace';

class TraceBackend extends tf.KernelBackend {
  graph: Graph | null = null;
  /** Note the source line of every node: slow, for dumps. */
  origins = false;
  private values = new WeakMap<DataId, Value>();
  private handles = 0;

  graphValue(tensor: { dataId: DataId }): Value {
    const value = this.values.get(tensor.dataId);
    if (!value) throw new Error('a tensor from outside was used in a traced program: pass it as constant, state or input');
    return value;
  }

  handle(value: Value): { dataId: DataId; shape: number[]; dtype: IrType } {
    const dataId = {};
    this.values.set(dataId, value);
    this.handles++;
    return { dataId, shape: [...value.shape], dtype: value.dtype };
  }

  current(): Graph {
    if (!this.graph) throw new Error('nothing is being traced');
    return this.graph;
  }

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): DataId {
    // A copy: a typed array given to tf.tensor stays the property of the traced code.
    const data = (values as TypedArray).slice() as TypedArray;
    return this.handle(this.current().constant(data, shape, dtype as IrType)).dataId;
  }

  override readSync(dataId: DataId): tf.BackendValues {
    const value = this.graphValue({ dataId });
    if (isConstant(value)) return constantData(value);
    throw new Error(`a traced program must not read data back (dataSync of the result of ${value.node?.op ?? value.input} at ${sourceLine()})`);
  }

  override read(dataId: DataId): Promise<tf.BackendValues> {
    return Promise.resolve(this.readSync(dataId));
  }

  override disposeData(dataId: DataId): boolean {
    if (this.values.delete(dataId)) this.handles--;
    return true;
  }

  override numDataIds(): number {
    return this.handles;
  }
  override incRef(): void {}
  decRef(): void {}
  override refCount(): number {
    return 1;
  }
  override timerAvailable(): boolean {
    return false;
  }
  override floatPrecision(): 16 | 32 {
    return 32;
  }
  override epsilon(): number {
    return 1e-7;
  }
  override memory(): { unreliable: boolean } {
    return { unreliable: false };
  }
  override dispose(): void {}
}

export const traceBackend = new TraceBackend();
tf.registerBackend(TRACE, () => traceBackend, 0);

/** Appends a node to the graph being recorded. */
export function record<K extends OpName>(op: K, inputs: Value[], attrs: OpAttrs[K], ...results: { shape: readonly number[]; dtype: IrType }[]): Value[] {
  const graph = traceBackend.current();
  const node: GraphNode = graph.make(op, inputs, attrs, results, traceBackend.origins ? sourceLine() : undefined);
  graph.nodes.push(node);
  return node.outputs;
}

/** A tensor standing for a value of the graph being recorded. */
export function tensorOf(value: Value): tf.Tensor {
  const { dataId, shape, dtype } = traceBackend.handle(value);
  return tf.engine().makeTensorFromDataId(dataId, shape, dtype, traceBackend);
}
