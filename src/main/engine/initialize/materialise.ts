import { materialise as multiplyFactors } from '../fine/materialise';
import type { ModelWeights } from '../model/types';
import { parameterSpecs } from '../model/parameters';
import { tfjsCpuBackend } from '../tensor/eagerCpu';
import type { Backend, TensorMap } from '../tensor/types';
import type { ModelForm } from './types';

/**
 * The dense weights that a form stands for, `trained` replacing its trainable start values where given. The form's own ops
 * compute them, on `backend` (the JavaScript reference when left out).
 */
export async function materialiseForm(form: ModelForm, trained: TensorMap = form.trainable, backend: Backend = tfjsCpuBackend): Promise<ModelWeights> {
  const { config, ranks, frozen, toDense } = form;
  if (!toDense) return multiplyFactors({ config, ranks, tensors: { ...frozen, ...trained } }, backend);
  const program = await backend.compile({
    name: 'materialise',
    constants: { ...frozen, ...trained },
    state: {},
    inputs: {},
    body: ({ constants }) => ({ state: {}, outputs: toDense(constants) }),
  });
  try {
    const { outputs } = await program.run({});
    const tensors = Object.fromEntries(parameterSpecs(config, null).map(({ name, shape }) => [name, { shape, data: outputs[name].slice() }]));
    return { config, ranks: null, tensors };
  } finally {
    await program.dispose();
  }
}
