/**
 * The few protobuf wire types that an ONNX model needs (protobuf encoding specification). Written by hand rather than
 * generated from onnx.proto: a generated message wants every initialiser as a field of one object and copies it once more
 * while serialising, whereas this writer only keeps references until the single copy in `finish`, which matters at a
 * gigabyte of weights; and the build needs no code generator.
 */

const text = new TextEncoder();

enum Wire {
  Varint = 0,
  Length = 2,
  Fixed32 = 5,
}

export class ProtoWriter {
  private readonly chunks: Uint8Array[] = [];
  private bytes = 0;

  get length(): number {
    return this.bytes;
  }

  /** int32, int64 or enum; negative values as 64-bit two's complement. */
  int(field: number, value: number | bigint): this {
    this.tag(field, Wire.Varint);
    this.varint(value);
    return this;
  }

  float(field: number, value: number): this {
    this.tag(field, Wire.Fixed32);
    const chunk = new Uint8Array(4);
    new DataView(chunk.buffer).setFloat32(0, value, true);
    this.push(chunk);
    return this;
  }

  string(field: number, value: string): this {
    return this.raw(field, text.encode(value));
  }

  /** Bytes by reference: they must not change before `finish`. */
  raw(field: number, value: Uint8Array): this {
    this.tag(field, Wire.Length);
    this.varint(value.length);
    this.push(value);
    return this;
  }

  message(field: number, value: ProtoWriter): this {
    this.tag(field, Wire.Length);
    this.varint(value.bytes);
    for (const chunk of value.chunks) this.chunks.push(chunk);
    this.bytes += value.bytes;
    return this;
  }

  finish(): Uint8Array {
    const out = new Uint8Array(this.bytes);
    let at = 0;
    for (const chunk of this.chunks) {
      out.set(chunk, at);
      at += chunk.length;
    }
    return out;
  }

  private tag(field: number, wire: Wire): void {
    this.varint((field << 3) | wire);
  }

  private varint(value: number | bigint): void {
    const bytes: number[] = [];
    let rest = BigInt.asUintN(64, BigInt(value));
    do {
      const low = Number(rest & 0x7fn);
      rest >>= 7n;
      bytes.push(rest > 0n ? low | 0x80 : low);
    } while (rest > 0n);
    this.push(Uint8Array.from(bytes));
  }

  private push(chunk: Uint8Array): void {
    this.chunks.push(chunk);
    this.bytes += chunk.length;
  }
}
