/**
 * A TensorFlow GraphDef under construction and the SavedModel around it (graph.proto, node_def.proto, attr_value.proto,
 * tensor.proto, saved_model.proto; field numbers in the code).
 */
import { ProtoWriter } from '../../onnx/protobuf';

/** DataType of types.proto. */
export const DATA_TYPE = { float32: 1, int32: 3, bool: 10, bfloat16: 14 } as const;
export type DataType = keyof typeof DATA_TYPE;

export type Attribute = { type: DataType } | { int: number } | { bool: boolean } | { string: string } | { shape: readonly number[] } | { tensor: ProtoWriter };

/** Version of GraphDef's meaning that the nodes here are written for; every TensorFlow 2 reads it. */
const PRODUCER = 1087;
export const TAG = 'serve';

export class GraphBuilder {
  private readonly nodes: ProtoWriter[] = [];

  /** Adds a node and returns its name, which stands for its first result; `NAME:1` is its second. `controls` run before it. */
  node(op: string, inputs: readonly string[], attributes: Record<string, Attribute> = {}, { name = `n${this.nodes.length}`, controls = [] }: { name?: string; controls?: readonly string[] } = {}): string {
    const node = new ProtoWriter().string(1, name).string(2, op);
    for (const input of inputs) node.string(3, input);
    for (const control of controls) node.string(3, `^${control}`);
    for (const [key, value] of Object.entries(attributes)) node.message(5, new ProtoWriter().string(1, key).message(2, attribute(value)));
    this.nodes.push(node);
    return name;
  }

  constant(type: DataType, tensor: ProtoWriter): string {
    return this.node('Const', [], { dtype: { type }, value: { tensor } });
  }

  /** Contents of saved_model.pb. */
  savedModel(): Uint8Array {
    const graph = new ProtoWriter();
    for (const node of this.nodes) graph.message(1, node);
    graph.message(4, new ProtoWriter().int(1, PRODUCER));
    const meta = new ProtoWriter().message(1, new ProtoWriter().string(4, TAG)).message(2, graph);
    return new ProtoWriter().int(1, 1).message(2, meta).finish();
  }
}

/** TensorProto with the bytes of all elements. */
export function tensorOf(type: DataType, shape: readonly number[], bytes: Uint8Array): ProtoWriter {
  return header(type, shape).raw(4, bytes);
}

/** TensorProto of equal elements, which takes the room of one. */
export function splatOf(type: 'float32' | 'int32' | 'bool', shape: readonly number[], value: number): ProtoWriter {
  const tensor = header(type, shape);
  if (type === 'float32') return tensor.float(5, value);
  return tensor.int(type === 'int32' ? 7 : 11, value);
}

function header(type: DataType, shape: readonly number[]): ProtoWriter {
  return new ProtoWriter().int(1, DATA_TYPE[type]).message(2, shapeProto(shape));
}

function shapeProto(shape: readonly number[]): ProtoWriter {
  const proto = new ProtoWriter();
  for (const size of shape) proto.message(2, new ProtoWriter().int(1, size));
  return proto;
}

function attribute(value: Attribute): ProtoWriter {
  const proto = new ProtoWriter();
  if ('type' in value) return proto.int(6, DATA_TYPE[value.type]);
  if ('int' in value) return proto.int(3, value.int);
  if ('bool' in value) return proto.int(5, value.bool ? 1 : 0);
  if ('string' in value) return proto.string(2, value.string);
  if ('shape' in value) return proto.message(7, shapeProto(value.shape));
  return proto.message(8, value.tensor);
}
