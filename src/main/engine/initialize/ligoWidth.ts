/**
 * LiGO's growth of width. Every space of the model has one matrix E [new, old] that writes its new coordinates as mixtures of
 * the old ones. The residual stream (embedders, inputs of qkv, fc1, adaLN and final layer, outputs of proj, fc2 and adaLN) shares
 * one; queries, keys, values and the MLP's hidden channels have one per block, and proj and fc2 read through those of v and fc1.
 */
import { tf } from '../tensor/tf';
import type { Tensors } from '../tensor/types';

export interface Expansions {
  residual: tf.Tensor;
  q: tf.Tensor;
  k: tf.Tensor;
  v: tf.Tensor;
  ffn: tf.Tensor;
}

/** x, then E x: rows of a weight [out, in], entries of a bias [out]. */
export function growOut(x: tf.Tensor, E: tf.Tensor): tf.Tensor {
  const columns = tf.reshape(x, [x.shape[0], x.size / x.shape[0]]);
  const grown = tf.concat([columns, tf.matMul(E, columns)], 0);
  return tf.reshape(grown, [grown.shape[0]!, ...x.shape.slice(1)]);
}

/** x, then x E^T: columns of a weight [out, in]. */
export function growIn(x: tf.Tensor, E: tf.Tensor): tf.Tensor {
  return tf.concat([x, tf.matMul(x, E, false, true)], 1);
}

/** `growOut` for each of `E.length` equal groups of rows. */
function growGroups(x: tf.Tensor, E: tf.Tensor[]): tf.Tensor {
  return tf.concat(tf.split(x, E.length, 0).map((part, i) => growOut(part, E[i])), 0);
}

/** One block, keyed "qkv.weight", "qkv.bias", ... */
export function expandBlock(block: Tensors, E: Expansions): Tensors {
  const chunks = Array.from({ length: 6 }, () => E.residual);
  return {
    'qkv.weight': growGroups(growIn(block['qkv.weight'], E.residual), [E.q, E.k, E.v]),
    'qkv.bias': growGroups(block['qkv.bias'], [E.q, E.k, E.v]),
    'proj.weight': growOut(growIn(block['proj.weight'], E.v), E.residual),
    'proj.bias': growOut(block['proj.bias'], E.residual),
    'fc1.weight': growOut(growIn(block['fc1.weight'], E.residual), E.ffn),
    'fc1.bias': growOut(block['fc1.bias'], E.ffn),
    'fc2.weight': growOut(growIn(block['fc2.weight'], E.ffn), E.residual),
    'fc2.bias': growOut(block['fc2.bias'], E.residual),
    'adaLN.weight': growGroups(growIn(block['adaLN.weight'], E.residual), chunks),
    'adaLN.bias': growGroups(block['adaLN.bias'], chunks),
  };
}

/** A tensor outside the blocks, by its official name. */
export function expandOuter(name: string, x: tf.Tensor, E: tf.Tensor): tf.Tensor {
  switch (name) {
    case 'x_embedder.proj.weight':
    case 'x_embedder.proj.bias':
    case 't_embedder.mlp.0.weight':
    case 't_embedder.mlp.0.bias':
    case 't_embedder.mlp.2.bias':
      return growOut(x, E);
    case 't_embedder.mlp.2.weight':
      return growOut(growIn(x, E), E);
    case 'y_embedder.embedding_table.weight':
    case 'final_layer.linear.weight':
      return growIn(x, E);
    case 'final_layer.adaLN_modulation.1.weight':
      return growGroups(growIn(x, E), [E, E]);
    case 'final_layer.adaLN_modulation.1.bias':
      return growGroups(x, [E, E]);
    case 'final_layer.linear.bias':
      return x;
    default:
      throw new Error(`LiGO has no rule for ${name}.`);
  }
}
