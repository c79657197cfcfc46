/**
 * The header of a safetensors file: 8 bytes of length, then JSON that gives each tensor's element type, shape and place in
 * the data behind it. Parsed without trust: the tensors must tile the data exactly, in any order, with no hole and no overlap.
 */
import { AppError } from '../../../shared/errors';
import { ELEMENT_BYTES, type ElementType, isElementType } from './elementTypes';

/** Far above any real model (about 150 bytes a tensor), so that a damaged length cannot ask for gigabytes. */
export const MAX_HEADER_BYTES = 32 * 2 ** 20;

export interface TensorEntry {
  name: string;
  type: ElementType;
  shape: number[];
  /** Byte range behind the header. */
  start: number;
  end: number;
}

export interface SafetensorsHeader {
  /** In the order of their bytes. */
  entries: TensorEntry[];
  metadata: Record<string, string>;
}

const malformed = (file: string, what: string) =>
  new AppError('format', `${file} is not a readable safetensors file: ${what}.`, { hint: 'Choose another file, or write or copy this one again.', details: { file } });

/** How files of PyTorch's own format begin: a ZIP archive, or (before version 1.6) a pickle of protocol 2. */
const isPyTorchFile = (bytes: Uint8Array): boolean => (bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4) || (bytes[0] === 0x80 && bytes[1] === 2);

/** The length field of a file of `fileBytes` bytes. */
export function parseHeaderLength(file: string, first8: Uint8Array, fileBytes: number): number {
  if (first8.length < 8) throw malformed(file, 'it is shorter than the 8 bytes of its length field');
  if (isPyTorchFile(first8)) {
    throw new AppError('format', `${file} is not a safetensors file; it looks like one of PyTorch's own (.pt, .pth, .bin).`, {
      cause: 'Such files can run code when they are opened, so they are not read here.',
      hint: 'Convert it in Python: state = torch.load(path, map_location="cpu", weights_only=True); state = state.get("ema", state); safetensors.torch.save_file({k: v.contiguous() for k, v in state.items()}, "model.safetensors").',
      details: { file },
    });
  }
  const length = new DataView(first8.buffer, first8.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES)) throw malformed(file, `its header claims ${length} bytes, the limit is ${MAX_HEADER_BYTES}`);
  if (Number(length) > fileBytes - 8) throw malformed(file, `its header claims ${length} bytes, but only ${fileBytes - 8} follow`);
  return Number(length);
}

/** `dataBytes` is what the file holds behind the header. Throws `AppError('format')` naming the first fault. */
export function parseHeader(file: string, header: Uint8Array, dataBytes: number): SafetensorsHeader {
  const text = decodeText(file, header);
  if (!text.startsWith('{')) throw malformed(file, 'its header does not begin with "{"');
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    throw malformed(file, 'its header is not valid JSON');
  }
  const repeated = findRepeatedKey(text);
  if (repeated !== null) throw malformed(file, `the name "${repeated}" occurs twice`);

  const metadata: Record<string, string> = {};
  const entries: TensorEntry[] = [];
  for (const [name, value] of Object.entries(root as object)) {
    if (name === '__proto__') throw malformed(file, 'a tensor is called "__proto__"');
    if (name === '__metadata__') Object.assign(metadata, parseMetadata(file, value));
    else entries.push(parseEntry(file, name, value));
  }
  entries.sort((a, b) => a.start - b.start || a.end - b.end);
  let position = 0;
  for (const entry of entries) {
    if (entry.start !== position) throw malformed(file, `the tensor "${entry.name}" begins at byte ${entry.start} instead of ${position}${entry.start < position ? ', inside the one before' : ', which leaves a hole'}`);
    position = entry.end;
  }
  if (position !== dataBytes) throw malformed(file, position > dataBytes ? `it should hold ${position} bytes of tensors but has ${dataBytes}; it may have been cut off` : `${dataBytes - position} bytes follow its last tensor`);
  return { entries, metadata };
}

function decodeText(file: string, header: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(header);
  } catch {
    throw malformed(file, 'its header is not UTF-8');
  }
}

function parseMetadata(file: string, value: unknown): Record<string, string> {
  if (!isObject(value)) throw malformed(file, 'its metadata is not an object');
  for (const [key, text] of Object.entries(value)) {
    if (key === '__proto__') throw malformed(file, 'a metadata key is "__proto__"');
    if (typeof text !== 'string') throw malformed(file, `the metadata "${key}" is not text`);
  }
  return value as Record<string, string>;
}

function parseEntry(file: string, name: string, value: unknown): TensorEntry {
  const fail = (what: string) => malformed(file, `the tensor "${name}" ${what}`);
  if (!isObject(value)) throw fail('is not described by an object');
  const { dtype, shape, data_offsets: offsets, ...rest } = value;
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined) throw fail(`has an unknown property "${unknown}"`);
  if (!isElementType(dtype)) throw fail(`has the element type ${JSON.stringify(dtype)}; known are ${Object.keys(ELEMENT_BYTES).join(', ')}`);
  if (!Array.isArray(shape) || shape.length > 16 || !shape.every(isCount)) throw fail('has no valid shape');
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount) || offsets[0] > offsets[1]) throw fail('has no valid data offsets');
  let bytes: number = ELEMENT_BYTES[dtype];
  for (const dim of shape) {
    bytes *= dim;
    if (!Number.isSafeInteger(bytes)) throw fail('is larger than any file');
  }
  const [start, end] = offsets as [number, number];
  if (end - start !== bytes) throw fail(`needs ${bytes} bytes for ${dtype} [${shape}] but has ${end - start}`);
  return { name, type: dtype, shape: shape as number[], start, end };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0 && !Object.is(value, -0);
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The first key that an object of this JSON text (known to be valid) has twice: `JSON.parse` keeps the last one silently. */
function findRepeatedKey(text: string): string | null {
  const open: (Set<string> | null)[] = [];
  const token = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const found = match[0];
    if (found === '{') open.push(new Set());
    else if (found === '[') open.push(null);
    else if (found === '}' || found === ']') open.pop();
    else if (match[1] !== undefined) {
      const key = JSON.parse(found.slice(0, found.length - match[1].length)) as string;
      const keys = open.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
  }
  return null;
}

/** The header's bytes, length field included, padded with spaces so that the data begins at a multiple of 8. */
export function encodeHeader(entries: readonly TensorEntry[], metadata: Record<string, string>): Buffer {
  const root: Record<string, unknown> = Object.keys(metadata).length > 0 ? { __metadata__: metadata } : {};
  for (const { name, type, shape, start, end } of entries) {
    if (name === '__proto__' || name === '__metadata__') throw new Error(`"${name}" cannot be a tensor's name`);
    root[name] = { dtype: type, shape, data_offsets: [start, end] };
  }
  const json = Buffer.from(JSON.stringify(root));
  const length = Math.ceil(json.length / 8) * 8;
  const out = Buffer.alloc(8 + length, 0x20);
  out.writeBigUInt64LE(BigInt(length), 0);
  json.copy(out, 8);
  return out;
}
