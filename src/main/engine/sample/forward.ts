/** The model as something to call: weights compiled on a backend, batches of any size in, predictions out. */
import { ditForward } from '../model/dit';
import { outChannels } from '../model/parameters';
import type { ModelWeights } from '../model/types';
import type { Backend, Program, TensorMap } from '../tensor/types';

export interface CompiledModel {
  readonly config: ModelWeights['config'];
  /** Predictions [B, Cout, H, W] for x [B, C, H, W], timesteps and classes [B]; any B, cut into batches of the compiled size. */
  forward(x: Float32Array, t: Int32Array, y: Int32Array): Promise<Float32Array>;
  /** Other weights of the same shape. Only for a model compiled with `fixed: false`. */
  setWeights(tensors: TensorMap): Promise<void>;
  dispose(): Promise<void>;
}

/**
 * Compiles `weights` for batches of `batch`. `fixed` bakes the weights in, which is faster to run but cannot be changed;
 * otherwise they are state and `setWeights` replaces them.
 */
export async function compileModel(weights: ModelWeights, options: { backend: Backend; batch: number; fixed: boolean; threads?: number }): Promise<CompiledModel> {
  const { config, ranks, tensors } = weights;
  const { batch, fixed } = options;
  const { inChannels: C, inputSize: H } = config;
  const specs = Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, { shape: tensor.shape, dtype: 'float32' as const }]));
  const program: Program = await options.backend.compile(
    {
      name: 'forward',
      constants: fixed ? tensors : {},
      state: fixed ? {} : specs,
      inputs: { x: { shape: [batch, C, H, H], dtype: 'float32' }, t: { shape: [batch], dtype: 'int32' }, y: { shape: [batch], dtype: 'int32' } },
      body: ({ constants, state, inputs }) => ({
        state: {},
        outputs: { out: ditForward(config, fixed ? constants : state, { x: inputs.x, t: inputs.t, y: inputs.y }, { ranks, frozenFactors: true }) },
      }),
    },
    { threads: options.threads || undefined },
  );
  if (!fixed) await program.writeState(tensors);

  const perInput = C * H * H;
  const perOutput = outChannels(config) * H * H;
  return {
    config,
    async forward(x, t, y) {
      const total = t.length;
      const out = new Float32Array(total * perOutput);
      for (let start = 0; start < total; start += batch) {
        const count = Math.min(batch, total - start);
        // The compiled batch is fixed: a shorter last one is filled up with copies of zeros, whose results are dropped.
        const inputs = { x: new Float32Array(batch * perInput), t: new Int32Array(batch), y: new Int32Array(batch) };
        inputs.x.set(x.subarray(start * perInput, (start + count) * perInput));
        inputs.t.set(t.subarray(start, start + count));
        inputs.y.set(y.subarray(start, start + count));
        const { outputs } = await program.run(inputs);
        out.set(outputs.out.subarray(0, count * perOutput), start * perOutput);
      }
      return out;
    },
    async setWeights(values) {
      await program.writeState(values);
    },
    dispose: () => program.dispose(),
  };
}
