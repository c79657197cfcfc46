/** For the tests of passes: a graph traced from a few ops, and its results by running the emitted model. */
import * as ort from 'onnxruntime-node';
import { sizeOf } from '../host';
import type { Graph } from '../ir';
import { emitOnnx } from '../onnx/emit';
import type { tf } from '../tf';
import { traceProgram } from '../trace/traceProgram';

export function trace(inputs: Record<string, number[]>, body: (inputs: Record<string, tf.Tensor>) => Record<string, tf.Tensor>): Graph {
  const specs = Object.fromEntries(Object.entries(inputs).map(([name, shape]) => [name, { shape, dtype: 'float32' as const }]));
  return traceProgram({ name: 'test', constants: {}, state: {}, inputs: specs, body: (args) => ({ state: {}, outputs: body(args.inputs) }) });
}

export async function evaluate(graph: Graph): Promise<Record<string, number[]>> {
  const { model, inputs } = emitOnnx(graph);
  const session = await ort.InferenceSession.create(model, { graphOptimizationLevel: 'disabled' });
  const feeds = graph.inputs.filter((value) => inputs.includes(value.input!)).map((value) => [value.input!, new ort.Tensor('float32', Float32Array.from({ length: sizeOf(value.shape) }, (_, i) => Math.cos(3 * i + value.id) + 1.5), value.shape)]);
  const results = await session.run(Object.fromEntries(feeds));
  const out = Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, Array.from(tensor.data as Float32Array)]));
  await session.release();
  return out;
}

/** Runs the graph before and after a pass; the caller compares. */
export async function beforeAndAfter(graph: Graph, pass: (graph: Graph) => void): Promise<{ before: number[]; after: number[]; ops: string[] }> {
  const before = Object.values(await evaluate(graph)).flat();
  pass(graph);
  const after = Object.values(await evaluate(graph)).flat();
  return { before, after, ops: graph.nodes.map((node) => node.op) };
}
