/**
 * Brings tensors back from the device's memory. onnxruntime-node keeps results there on request but cannot read them (its
 * `getData` ends the process), so a model of one Identity node does: its result goes where results go by default, to the host.
 */
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { OPSET } from '../onnx/emit';
import { OnnxBuilder } from '../onnx/builder';

export class DeviceReader {
  private constructor(private readonly session: InferenceSession) {}

  static async open(create: (model: Uint8Array) => Promise<InferenceSession>): Promise<DeviceReader> {
    const builder = new OnnxBuilder('read');
    builder.input('there', 'float32', null);
    builder.node('Identity', ['there'], ['here']);
    builder.output('here', 'float32', null);
    return new DeviceReader(await create(builder.serialise({ opset: OPSET, producer: 'fine-studio' }).model));
  }

  async read(tensor: Tensor): Promise<Float32Array> {
    return (await this.session.run({ there: tensor })).here.data as Float32Array;
  }

  close(): Promise<void> {
    return this.session.release();
  }
}
