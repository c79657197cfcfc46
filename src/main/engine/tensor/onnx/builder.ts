/**
 * An ONNX ModelProto under construction (onnx.proto3; field numbers in the code). Initialisers above the protobuf limit of
 * 2 GiB go to external data, 64-byte aligned, which runtimes map from `NAME.onnx.data` beside the model.
 */
import { ProtoWriter } from './protobuf';

/** TensorProto.DataType. */
export const ELEMENT = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9, float16: 10 } as const;
export type ElementType = keyof typeof ELEMENT;

/** A size, or the name of a symbolic one. */
export type Dim = number | string;
export type Attribute = number | string | number[] | { float: number } | { tensor: ProtoWriter };

export const MICROSOFT = 'com.microsoft';
const IR_VERSION = 9;

interface Initialiser {
  name: string;
  type: ElementType;
  shape: readonly number[];
  bytes: Uint8Array;
}

export interface ModelInfo {
  opset: number;
  producer: string;
  description?: string;
  metadata?: Record<string, string>;
  /** Store initialisers of at least this many bytes in this file instead of the model. */
  external?: { location: string; threshold: number };
}

export interface SerialisedModel {
  model: Uint8Array;
  /** Contents of the external data file, in order, to be written one after the other; null when everything is in the model. */
  data: { location: string; chunks: Uint8Array[]; bytes: number } | null;
}

export class OnnxBuilder {
  private readonly nodes: ProtoWriter[] = [];
  private readonly initialisers: Initialiser[] = [];
  private readonly inputs: ProtoWriter[] = [];
  private readonly outputs: ProtoWriter[] = [];
  private readonly domains = new Set<string>();
  readonly nodeNames: string[] = [];
  private weightBytes = 0;

  constructor(private readonly graphName: string) {}

  /** Bytes of all initialisers so far. */
  get initialiserBytes(): number {
    return this.weightBytes;
  }

  node(op: string, inputs: string[], outputs: string[], attributes: Record<string, Attribute> = {}, domain = ''): void {
    const node = new ProtoWriter();
    for (const input of inputs) node.string(1, input);
    for (const output of outputs) node.string(2, output);
    const nodeName = `${op}_${this.nodes.length}`;
    node.string(3, nodeName).string(4, op);
    this.nodeNames.push(nodeName);
    for (const [name, value] of Object.entries(attributes)) node.message(5, attribute(name, value));
    if (domain) node.string(7, domain);
    this.domains.add(domain);
    this.nodes.push(node);
  }

  initialiser(name: string, type: ElementType, shape: readonly number[], bytes: Uint8Array): void {
    this.initialisers.push({ name, type, shape, bytes });
    this.weightBytes += bytes.length;
  }

  /** `shape` is null for a tensor of any rank. */
  input(name: string, type: ElementType, shape: readonly Dim[] | null): void {
    this.inputs.push(valueInfo(name, type, shape));
  }

  output(name: string, type: ElementType, shape: readonly Dim[] | null): void {
    this.outputs.push(valueInfo(name, type, shape));
  }

  serialise(info: ModelInfo): SerialisedModel {
    const graph = new ProtoWriter();
    for (const node of this.nodes) graph.message(1, node);
    graph.string(2, this.graphName);
    const chunks: Uint8Array[] = [];
    let offset = 0;
    for (const initialiser of this.initialisers) {
      const { bytes } = initialiser;
      if (!info.external || bytes.length < info.external.threshold) {
        graph.message(5, tensor(initialiser).raw(9, bytes));
        continue;
      }
      const padding = (64 - (offset % 64)) % 64;
      if (padding) chunks.push(new Uint8Array(padding));
      offset += padding;
      const where = { location: info.external.location, offset: String(offset), length: String(bytes.length) };
      const stored = tensor(initialiser);
      for (const [key, value] of Object.entries(where)) stored.message(13, new ProtoWriter().string(1, key).string(2, value));
      graph.message(5, stored.int(14, 1));
      chunks.push(bytes);
      offset += bytes.length;
    }
    for (const input of this.inputs) graph.message(11, input);
    for (const output of this.outputs) graph.message(12, output);
    const model = new ProtoWriter().int(1, IR_VERSION).string(2, info.producer);
    if (info.description) model.string(6, info.description);
    model.message(7, graph).message(8, new ProtoWriter().string(1, '').int(2, info.opset));
    for (const domain of this.domains) if (domain) model.message(8, new ProtoWriter().string(1, domain).int(2, 1));
    for (const [key, value] of Object.entries(info.metadata ?? {})) model.message(14, new ProtoWriter().string(1, key).string(2, value));
    return { model: model.finish(), data: chunks.length > 0 ? { location: info.external!.location, chunks, bytes: offset } : null };
  }
}

/** TensorProto without its data. */
function tensor({ name, type, shape }: Pick<Initialiser, 'name' | 'type' | 'shape'>): ProtoWriter {
  const writer = new ProtoWriter();
  for (const dim of shape) writer.int(1, dim);
  return writer.int(2, ELEMENT[type]).string(8, name);
}

export function tensorAttribute(type: ElementType, shape: readonly number[], bytes: Uint8Array): { tensor: ProtoWriter } {
  return { tensor: tensor({ name: 'value', type, shape }).raw(9, bytes) };
}

/** AttributeProto. */
function attribute(name: string, value: Attribute): ProtoWriter {
  const writer = new ProtoWriter().string(1, name);
  if (typeof value === 'number') return writer.int(3, value).int(20, 2);
  if (typeof value === 'string') return writer.string(4, value).int(20, 3);
  if (Array.isArray(value)) {
    for (const item of value) writer.int(8, item);
    return writer.int(20, 7);
  }
  if ('float' in value) return writer.float(2, value.float).int(20, 1);
  return writer.message(5, value.tensor).int(20, 4);
}

/** ValueInfoProto of a tensor. */
function valueInfo(name: string, type: ElementType, shape: readonly Dim[] | null): ProtoWriter {
  const tensorType = new ProtoWriter().int(1, ELEMENT[type]);
  if (shape) {
    const dims = new ProtoWriter();
    for (const dim of shape) dims.message(1, typeof dim === 'number' ? new ProtoWriter().int(1, dim) : new ProtoWriter().string(2, dim));
    tensorType.message(2, dims);
  }
  return new ProtoWriter().string(1, name).message(2, new ProtoWriter().message(1, tensorType));
}
