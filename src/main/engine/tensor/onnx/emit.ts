/** A graph as an ONNX model. */
import type { Graph, GraphNode, IrType, Value } from '../ir';
import { OnnxBuilder, type Dim, type ElementType, type SerialisedModel } from './builder';
import { Emitter, type EmitterOptions, type SymbolicDim } from './emitter';
import { WRITERS } from './nodes';

export interface EmitOptions {
  /** Only standard operators; without it a few fused ones of ONNX Runtime are used. */
  standardOps?: boolean;
  opset?: number;
  /** Element type that an input has from outside, cast inside to what the graph uses. */
  inputTypes?: Record<string, ElementType>;
  /** Weights as float16, cast to float32 when used. */
  halfWeights?: boolean;
  /** Symbolic shapes of all values (see exportForward). */
  dims?: (value: Value) => SymbolicDim[];
  producer?: string;
  description?: string;
  /** Model metadata_props. */
  metadata?: Record<string, string>;
  /** File name for weights beside the model; used from 2 GiB on, or always when `alwaysExternal`. */
  dataFile?: string;
  alwaysExternal?: boolean;
}

export interface EmittedModel extends SerialisedModel {
  opset: number;
  /** Names of the inputs that the model really has: unused ones are left out. */
  inputs: string[];
  outputs: string[];
  /** Names of the nodes, each with its operator in front: `Sin_12`. */
  nodeNames: readonly string[];
}

export const OPSET = 18;
export const BATCH = 'batch';
/** Protobuf messages end at 2 GiB; the rest is room for the nodes. */
const INLINE_LIMIT = 2 ** 31 - 2 ** 26;
const EXTERNAL_THRESHOLD = 1024;

export function emitOnnx(graph: Graph, options: EmitOptions = {}): EmittedModel {
  const builder = new OnnxBuilder(graph.name);
  const dims = options.dims ?? null;
  const used = usedValues(graph);
  const inputs = graph.inputs.filter((value) => used.has(value));
  const batchInput = dims ? inputs.find((value) => isBatch(dims(value)[0])) : undefined;
  const emitterOptions: EmitterOptions = { standardOps: options.standardOps ?? false, halfWeights: options.halfWeights ?? false, dims, batchInput: batchInput?.input ?? null };
  const emitter = new Emitter(builder, emitterOptions);

  for (const name of [...inputs.map((value) => value.input!), ...graph.outputs.map((output) => output.name)]) emitter.reserved.add(name);
  for (const value of inputs) {
    const outer = options.inputTypes?.[value.input!] ?? value.dtype;
    builder.input(value.input!, outer, outerShape(emitter.dims(value)));
    if (outer === value.dtype) emitter.setName(value, value.input!);
    else emitter.setName(value, emitter.step('Cast', [value.input!], { to: { float32: 1, int32: 6, bool: 9 }[value.dtype] }));
  }
  // A result carries its output's name at once; inputs, constants and second names of one value need an Identity.
  const copies: { name: string; value: Value }[] = [];
  for (const { name, value } of graph.outputs) {
    builder.output(name, value.dtype satisfies IrType, outerShape(emitter.dims(value)));
    if (value.node && !emitter.hasName(value)) emitter.setName(value, name);
    else copies.push({ name, value });
  }
  for (const node of graph.nodes) write(emitter, node);
  for (const { name, value } of copies) emitter.node('Identity', [emitter.name(value)], [name]);

  const opset = options.opset ?? OPSET;
  const external = options.dataFile && (options.alwaysExternal || builder.initialiserBytes > INLINE_LIMIT) ? { location: options.dataFile, threshold: EXTERNAL_THRESHOLD } : undefined;
  const serialised = builder.serialise({ opset, producer: options.producer ?? 'fine-studio', description: options.description, metadata: options.metadata, external });
  return { ...serialised, opset, inputs: inputs.map((value) => value.input!), outputs: graph.outputs.map((output) => output.name), nodeNames: builder.nodeNames };
}

function write(emitter: Emitter, node: GraphNode): void {
  (WRITERS[node.op] as (e: Emitter, n: GraphNode) => void)(emitter, node);
}

function usedValues(graph: Graph): Set<Value> {
  const used = new Set<Value>(graph.outputs.map((output) => output.value));
  for (const node of graph.nodes) for (const input of node.inputs) used.add(input);
  return used;
}

function isBatch(dim: SymbolicDim | undefined): boolean {
  return typeof dim === 'object' && dim.batchTimes === 1;
}

function outerShape(dims: SymbolicDim[]): Dim[] {
  return dims.map((dim) => (typeof dim === 'number' ? dim : dim.batchTimes === 1 ? BATCH : `${dim.batchTimes}*${BATCH}`));
}
