/** Pictures and archives that the data tests make for themselves. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import sharp from 'sharp';

/** A plain picture of one colour. */
export const plain = (width: number, height: number, colour: string, format: 'png' | 'jpeg' | 'webp' = 'png'): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: colour } })[format]().toBuffer();

/** Writes files given by path below `root`, with folders. */
export function lay(root: string, files: Record<string, Uint8Array | string>): void {
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), bytes);
  }
}

export interface ZipItem {
  name: string;
  data: Buffer;
  /** Unix mode with the file type, for links. */
  mode?: number;
  /** Size that the directory claims, when it lies. */
  claims?: number;
  /** Repeats the previous entry's bytes instead of adding its own: an overlap. */
  overlaps?: boolean;
}

/** A zip archive with exactly these names, safe or not. */
export function zipOf(items: ZipItem[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  let start = 0;
  for (const item of items) {
    const name = Buffer.from(item.name);
    const packed = deflateRawSync(item.data);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(0x800, 2); // names are UTF-8
    shared.writeUInt16LE(8, 4);
    shared.writeUInt32LE(crc32(item.data), 10);
    shared.writeUInt32LE(packed.length, 14);
    shared.writeUInt32LE(item.claims ?? item.data.length, 18);
    shared.writeUInt16LE(name.length, 22);
    if (!item.overlaps) {
      start = offset;
      const local = Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4]), shared, name, packed]);
      parts.push(local);
      offset += local.length;
    }
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(((item.mode ?? 0o100644) * 0x10000) >>> 0, 6);
    tail.writeUInt32LE(start, 10);
    directory.push(Buffer.concat([Buffer.from([0x50, 0x4b, 1, 2, 20, 3]), shared, tail, name]));
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(items.length, 8);
  end.writeUInt16LE(items.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}

/** A valid PNG header that claims `width` x `height`, followed by a few compressed bytes. */
export function hugePng(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc32(body), body.length + 4);
    return out;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), chunk('IHDR', header), chunk('IDAT', deflateRawSync(Buffer.alloc(1000))), chunk('IEND', Buffer.alloc(0))]);
}
