/**
 * Activations in the memory of gradients. A gradient's place in the flat memory (flatUpdate.ts) is idle until the backward pass
 * comes to it, and by then the activations of later layers are gone, so they may lie there until then. It is safe in
 * whatever order a runtime takes the nodes: an activation only goes where a gradient is written that is computed, step by step,
 * from everything that reads the activation.
 */
import type { Window } from './flatUpdate';
import { bytesOfValue, type Graph, type GraphNode, type Value } from './ir';
import { CUT_PREFIX } from './partition';
import { livingAtPeak, storage } from './planMemory';

/** Smaller ones are not worth a binding: a page. */
const SMALLEST_BYTES = 1 << 12;
/** Floats in a cache line. */
const ALIGNMENT = 16;

/** A window of a gradient, and what is computed before it. */
interface Place extends Window {
  before: Uint32Array;
}

/**
 * Makes outputs of activations that live at the peak of memory and gives each a window on that of gradients, which is added to
 * `windows` under the output's name.
 */
export function overlayActivations(compute: Graph, windows: Map<string, Window>): void {
  const places = gradientPlaces(compute, windows);
  const readers = readersOf(compute);
  const outputs = new Set(compute.outputs.map(({ value }) => storage(value)));
  const taken: Window[] = [];
  for (const value of livingAtPeak(compute)) {
    if (value.dtype !== 'float32' || bytesOfValue(value) < SMALLEST_BYTES || outputs.has(value)) continue;
    const window = findWindow(places, taken, bytesOfValue(value) / 4, readers.get(value) ?? []);
    if (!window) continue;
    const name = `${CUT_PREFIX}kept${value.id}`;
    compute.outputs.push({ name, value });
    windows.set(name, window);
    taken.push(window);
  }
}

/** Windows of the gradients by buffer and offset. */
function gradientPlaces(compute: Graph, windows: Map<string, Window>): Place[] {
  const before = ancestors(compute);
  const places = compute.outputs.flatMap(({ name, value }) => {
    const window = windows.get(name);
    const made = value.node && before.get(value.node);
    return name.startsWith(CUT_PREFIX) && window && made ? [{ ...window, before: made }] : [];
  });
  return places.sort((a, b) => a.buffer.localeCompare(b.buffer) || a.offset - b.offset);
}

/** First run of neighbouring windows that is free, long enough, and written only after all `readers` (positions of nodes). */
function findWindow(places: Place[], taken: Window[], length: number, readers: number[]): Window | null {
  let run: Window | null = null;
  for (const place of places) {
    if (!readers.every((reader) => has(place.before, reader))) {
      run = null;
      continue;
    }
    const end = place.offset + aligned(place.length);
    const touches: boolean = run !== null && run.buffer === place.buffer && run.offset + aligned(run.length) === place.offset;
    run = { buffer: place.buffer, offset: touches ? run!.offset : place.offset, length: 0 };
    for (const other of taken) {
      const otherEnd = other.offset + aligned(other.length);
      if (other.buffer === run.buffer && other.offset < end && otherEnd > run.offset) run.offset = otherEnd;
    }
    // What the last window leaves behind its last number is nobody's, but too little to count on.
    run.length = Math.max(0, place.offset + place.length - run.offset);
    if (run.length >= length) return { buffer: run.buffer, offset: run.offset, length };
    if (run.length === 0) run = null;
  }
  return null;
}

const aligned = (length: number): number => Math.ceil(length / ALIGNMENT) * ALIGNMENT;

/** Positions of the nodes that read a value's bytes, also through another shape. */
function readersOf(graph: Graph): Map<Value, number[]> {
  const readers = new Map<Value, number[]>();
  graph.nodes.forEach((node, i) => {
    for (const value of new Set(node.inputs.map(storage))) readers.set(value, [...(readers.get(value) ?? []), i]);
  });
  return readers;
}

/** For each node a bit for every node that it depends on, itself not among them. */
function ancestors(graph: Graph): Map<GraphNode, Uint32Array> {
  const words = Math.ceil(graph.nodes.length / 32);
  const position = new Map(graph.nodes.map((node, i) => [node, i]));
  const before = new Map<GraphNode, Uint32Array>();
  for (const node of graph.nodes) {
    const bits = new Uint32Array(words);
    for (const { node: source } of node.inputs) {
      const from = source && before.get(source);
      if (!from) continue;
      const i = position.get(source)!;
      bits[i >>> 5] |= 1 << (i & 31);
      for (let word = 0; word < words; word++) bits[word] |= from[word];
    }
    before.set(node, bits);
  }
  return before;
}

const has = (bits: Uint32Array, i: number): boolean => (bits[i >>> 5] & (1 << (i & 31))) !== 0;
