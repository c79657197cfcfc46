/**
 * How many bytes of intermediate results are alive at once when the nodes run in order, each result freed after its last use:
 * what a runtime with an arena needs beside inputs, outputs and constants. The activation part of the memory estimate.
 */
import { bytesOfValue, isConstant, type Graph, type GraphNode, type Value } from './ir';

export interface MemoryPlan {
  /** Largest sum of living intermediate results, bytes. */
  peakBytes: number;
  /** Index of the node during which the peak occurs. */
  peakNode: number;
  inputBytes: number;
  outputBytes: number;
  constantBytes: number;
}

/** Results that are another view of their operand's bytes, which runtimes do not copy. */
const VIEWS = new Set<GraphNode['op']>(['Reshape']);

export function planMemory(graph: Graph): MemoryPlan {
  const outputs = new Set<Value>(graph.outputs.map((output) => storage(output.value)));
  const lastUse = new Map<Value, number>();
  graph.nodes.forEach((node, i) => {
    for (const input of node.inputs) lastUse.set(storage(input), i);
  });
  let live = 0;
  let peakBytes = 0;
  let peakNode = -1;
  const counted = (value: Value): boolean => value.node !== undefined && !outputs.has(value);
  graph.nodes.forEach((node, i) => {
    const made = VIEWS.has(node.op) ? [] : node.outputs.filter(counted);
    for (const value of made) live += bytesOfValue(value);
    if (live > peakBytes) [peakBytes, peakNode] = [live, i];
    const ended = new Set([...node.inputs.map(storage), ...made]);
    for (const value of ended) if (counted(value) && (lastUse.get(value) ?? i) <= i) live -= bytesOfValue(value);
  });
  const constants = new Set(graph.nodes.flatMap((node) => node.inputs).filter((value) => isConstant(value) && value.splat === undefined));
  const sum = (values: Iterable<Value>): number => [...values].reduce((total, value) => total + bytesOfValue(value), 0);
  return { peakBytes, peakNode, inputBytes: sum(graph.inputs), outputBytes: sum(graph.outputs.map((output) => output.value)), constantBytes: sum(constants) };
}

/** Intermediate results that are alive during the node at which memory peaks, in the order in which they are made. */
export function livingAtPeak(graph: Graph): Value[] {
  const { peakNode } = planMemory(graph);
  const lastUse = new Map<Value, number>();
  graph.nodes.forEach((node, i) => {
    for (const input of node.inputs) lastUse.set(storage(input), i);
  });
  return graph.nodes.slice(0, peakNode).flatMap((node) => (VIEWS.has(node.op) ? [] : node.outputs.filter((value) => (lastUse.get(value) ?? -1) > peakNode)));
}

/** The value whose bytes a view shows. */
export function storage(value: Value): Value {
  let source = value;
  while (source.node && VIEWS.has(source.node.op)) source = source.node.inputs[0];
  return source;
}
