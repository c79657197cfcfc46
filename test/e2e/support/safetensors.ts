/** Safetensors as another program would read and write them: independent of the engine's own code, so that both can be wrong only alone. */
import { readFileSync, writeFileSync } from 'node:fs';

export interface Tensor {
  shape: number[];
  data: Float32Array | Float64Array | BigInt64Array | Int32Array;
}

const DTYPES = { F32: Float32Array, F64: Float64Array, I64: BigInt64Array, I32: Int32Array };

export function readTensors(file: string): Record<string, Tensor> {
  const bytes = readFileSync(file);
  const headerLength = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + headerLength)) as Record<string, { dtype: keyof typeof DTYPES; shape: number[]; data_offsets: [number, number] }>;
  const tensors: Record<string, Tensor> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const { dtype, shape, data_offsets: [from, to] } = entry;
    const start = bytes.byteOffset + 8 + headerLength;
    tensors[name] = { shape, data: new DTYPES[dtype](bytes.buffer.slice(start + from, start + to) as ArrayBuffer) };
  }
  return tensors;
}

export function writeTensors(file: string, tensors: Record<string, Tensor>): void {
  let offset = 0;
  const entries = Object.entries(tensors).map(([name, { shape, data }]) => {
    const dtype = data instanceof Float32Array ? 'F32' : data instanceof Float64Array ? 'F64' : data instanceof BigInt64Array ? 'I64' : 'I32';
    const from = offset;
    offset += data.byteLength;
    return [name, { dtype, shape, data_offsets: [from, offset] }] as const;
  });
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  writeFileSync(file, Buffer.concat([length, header, ...Object.values(tensors).map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength))]));
}
