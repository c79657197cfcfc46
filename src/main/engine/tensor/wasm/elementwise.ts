/**
 * Elementwise arithmetic compiled to WebAssembly: one loop that loads every operand once, does all ops in registers (four
 * floats at a time) and stores every result once. A runtime that works op by op streams each intermediate result through
 * memory instead; for AdamW with an average that is 17 passes against one.
 */
import type { GraphNode, OpName, Value } from '../ir';

/** Instructions of the vector extension, without their prefix. */
const VECTOR = { load: 0, store: 11, splat: 19 } as const;
const OPCODES: Partial<Record<OpName, number>> = { Abs: 224, Neg: 225, Sqrt: 227, Add: 228, Sub: 229, Mul: 230, Div: 231, Minimum: 232, Maximum: 233 };

const I32 = 0x7f;
const F32 = 0x7d;
const V128 = 0x7b;
/** Floats in a vector, the loop's step. */
const LANES = 4;
const PAGE = 65536;
/** "\0asm" and the version. */
const MAGIC = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

export interface ElementwiseProgram {
  nodes: readonly GraphNode[];
  /** Arrays read, in the order of the addresses. */
  roles: readonly Value[];
  /** Values stored over the array of a role. */
  results: readonly { value: Value; role: number }[];
}

/** Whether every op can be compiled. */
export function canCompile(nodes: readonly GraphNode[]): boolean {
  return nodes.every((node) => OPCODES[node.op] !== undefined && node.outputs[0].dtype === 'float32');
}

/** Scalars that the arithmetic reads, in the order in which `run` wants them. */
export function scalarsOf({ nodes }: ElementwiseProgram): Value[] {
  return [...new Set(nodes.flatMap((node) => node.inputs).filter((value) => value.shape.length === 0 && value.splat === undefined))];
}

/** Arrays for `run`, 64-byte aligned in one WebAssembly memory. Lengths in floats; null when it would exceed 4 GiB. */
export function allocate(lengths: Map<string, number>): { memory: WebAssembly.Memory; arrays: Map<string, Float32Array> } | null {
  const offsets = new Map<string, number>();
  let bytes = 0;
  for (const [name, length] of lengths) {
    offsets.set(name, bytes);
    bytes += Math.ceil((length * 4) / 64) * 64;
  }
  const pages = Math.max(1, Math.ceil(bytes / PAGE));
  if (pages > 65536) return null;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  return { memory, arrays: new Map([...lengths].map(([name, length]) => [name, new Float32Array(memory.buffer, offsets.get(name), length)])) };
}

/** `run(arrays, scalars)`: arrays of one length, a multiple of 4, inside `memory`. */
export function compileElementwise(program: ElementwiseProgram, memory: WebAssembly.Memory): (arrays: readonly Float32Array[], scalars: readonly number[]) => void {
  const module = new WebAssembly.Module(encode(program) as BufferSource);
  const instance = new WebAssembly.Instance(module, { m: { m: memory } });
  const run = instance.exports.f as (...args: number[]) => void;
  return (arrays, scalars) => run(...arrays.map((array) => array.byteOffset), arrays[0].length * 4, ...scalars);
}

function encode(program: ElementwiseProgram): Uint8Array {
  const scalars = scalarsOf(program);
  const { roles } = program;
  const params = [...roles.map(() => I32), I32, ...scalars.map(() => F32)];
  const body = functionBody(program, scalars);
  return Uint8Array.from([
    ...MAGIC,
    ...section(1, [1, 0x60, ...vector(params), 0]),
    ...section(2, [1, 1, 0x6d, 1, 0x6d, 2, 0, 0]), // memory m.m
    ...section(3, [1, 0]),
    ...section(7, [1, 1, 0x66, 0, 0]), // f
    ...section(10, [1, ...unsigned(body.length), ...body]),
  ]);
}

function functionBody({ nodes, roles, results }: ElementwiseProgram, scalars: Value[]): number[] {
  const end = roles.length;
  const firstScalar = end + 1;
  const offset = firstScalar + scalars.length;
  let next = offset + 1;
  const locals = new Map<Value | string, number>();
  const local = (key: Value | string): number => {
    if (!locals.has(key)) locals.set(key, next++);
    return locals.get(key)!;
  };
  const get = (index: number): number[] => [0x20, ...unsigned(index)];
  const set = (index: number): number[] => [0x21, ...unsigned(index)];
  const simd = (code: number): number[] => [0xfd, ...unsigned(code)];
  const constant = (value: Value): string => `=${value.splat}`;
  const operand = (value: Value): number[] => get(local(value.splat === undefined ? value : constant(value)));

  const before: number[] = [];
  scalars.forEach((value, i) => before.push(...get(firstScalar + i), ...simd(VECTOR.splat), ...set(local(value))));
  for (const value of nodes.flatMap((node) => node.inputs)) {
    if (value.splat === undefined || locals.has(constant(value))) continue;
    before.push(0x43, ...new Uint8Array(Float32Array.of(value.splat).buffer), ...simd(VECTOR.splat), ...set(local(constant(value))));
  }
  const inside: number[] = [];
  const address = (role: number): number[] => [...get(role), ...get(offset), 0x6a];
  roles.forEach((role, i) => inside.push(...address(i), ...simd(VECTOR.load), 4, 0, ...set(local(role))));
  for (const node of nodes) inside.push(...node.inputs.flatMap(operand), ...simd(OPCODES[node.op]!), ...set(local(node.outputs[0])));
  for (const { value, role } of results) inside.push(...address(role), ...operand(value), ...simd(VECTOR.store), 4, 0);
  // offset += 16; go on while offset < end.
  const step = [...get(offset), 0x41, ...unsigned(LANES * 4), 0x6a, 0x22, ...unsigned(offset), ...get(end), 0x49, 0x0d, 0];
  const loop = [0x03, 0x40, ...inside, ...step, 0x0b];
  const declarations = [2, 1, I32, ...unsigned(next - offset - 1), V128];
  return [...declarations, ...before, ...loop, 0x0b];
}

function section(id: number, content: number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

function vector(items: number[]): number[] {
  return [...unsigned(items.length), ...items];
}

/** LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest ? low | 0x80 : low);
  } while (rest);
  return bytes;
}
