/** A 3x3 convolution with stride 2 and one pixel of padding, as slices and one matrix product: all backends have those. */
import { tf } from '../../tensor/tf';

/** Side after the convolution. */
export const halvedSide = (side: number): number => Math.ceil(side / 2);

/**
 * x [B, H, W, C] to [B, H', W', O], H' = ceil(H / 2); weight [9 C, O] with rows in (row, column, channel) order of the window.
 * The padded image is seen as blocks of 2x2, so that each of the nine window positions is a plain slice.
 */
export function halvingConvolution(x: tf.Tensor4D, weight: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const [h, w] = [halvedSide(height), halvedSide(width)];
  const padded = tf.pad(x, [[0, 0], [1, 2 * h + 1 - height], [1, 2 * w + 1 - width], [0, 0]]);
  const blocks = tf.reshape(padded, [batch, h + 1, 2, w + 1, 2, channels]);
  const windows: tf.Tensor4D[] = [];
  for (let row = 0; row < 3; row++)
    for (let column = 0; column < 3; column++) {
      const part = tf.slice(blocks, [0, row >> 1, row & 1, column >> 1, column & 1, 0], [batch, h, 1, w, 1, channels]);
      windows.push(tf.reshape(part, [batch, h, w, channels]));
    }
  const columns = tf.reshape(tf.concat(windows, 3), [batch * h * w, 9 * channels]);
  return tf.reshape(tf.add(tf.matMul(columns as tf.Tensor2D, weight), bias), [batch, h, w, weight.shape[1]]);
}
