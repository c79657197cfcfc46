import { WEIGHT_TYPES, weightShape } from '../../../shared/config';
import { leftFactorName, parameterSpecs, rightFactorName, sigmaName, weightName } from '../model/parameters';
import type { ModelWeights } from '../model/types';
import { tf } from '../tensor/tf';
import type { Backend, HostTensor, TensorMap } from '../tensor/types';

/**
 * The dense model that a factorised one stands for: W = U diag(sigma) V^T in every block (FINE, equation 1), computed in
 * float32 on the backend (65 billion multiply-adds for DiT-B at full rank).
 */
export async function materialise({ config, ranks, tensors }: ModelWeights, backend: Backend): Promise<ModelWeights> {
  if (!ranks) return { config, ranks, tensors };
  const rebuilt: TensorMap = {};
  for (const type of WEIGHT_TYPES) {
    const { out, in: inputs } = weightShape(type, config.hiddenSize, config.mlpRatio);
    const sigmas = Array.from({ length: config.depth }, (_, block) => tensors[sigmaName(type, block)].data);
    const products = await rebuild(backend, tensors[leftFactorName(type)], tensors[rightFactorName(type)], sigmas as Float32Array[]);
    products.forEach((data, block) => (rebuilt[weightName(type, block)] = { shape: [out, inputs], data }));
  }
  return { config, ranks: null, tensors: Object.fromEntries(parameterSpecs(config, null).map(({ name }) => [name, rebuilt[name] ?? tensors[name]])) };
}

/** U diag(sigma) V^T, [out * in] each, for every sigma [r]. */
async function rebuild(backend: Backend, U: HostTensor, V: HostTensor, sigmas: readonly Float32Array[]): Promise<Float32Array[]> {
  const program = await backend.compile({
    name: 'rebuild',
    constants: { U, V },
    state: {},
    inputs: { sigma: { shape: [U.shape[1]], dtype: 'float32' } },
    body: ({ constants, inputs }) => ({ state: {}, outputs: { W: tf.matMul(tf.mul(constants.U, inputs.sigma) as tf.Tensor2D, constants.V as tf.Tensor2D, false, true) } }),
  });
  try {
    const products: Float32Array[] = [];
    for (const sigma of sigmas) products.push((await program.run({ sigma })).outputs.W);
    return products;
  } finally {
    await program.dispose();
  }
}
