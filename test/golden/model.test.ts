/** The model against the official code's numbers: embeddings, every layer of a block, outputs, guidance, gradients, FINE. */
import { describe, test } from 'vitest';
import { tf } from '../../src/main/engine/tensor/tf';
import { ditForward, positionTable, timestepEmbedding, type Evaluation } from '../../src/main/engine/model/dit';
import { guide } from '../../src/main/engine/model/guidance';
import { weightName } from '../../src/main/engine/model/parameters';
import { createDiffusion } from '../../src/main/engine/diffusion/gaussian';
import { diffusionLoss, noisyImage } from '../../src/main/engine/diffusion/loss';
import { materialise } from '../../src/main/engine/fine/materialise';
import { dropLabels } from '../../src/main/engine/train/batches';
import { WEIGHT_TYPES } from '../../src/shared/config';
import type { Tensors } from '../../src/main/engine/tensor/types';
import { getBackend } from '../../src/main/engine/tensor/backends';
import { GOLDEN_BACKENDS, QUICK, evaluate } from './evaluate';
import { GOLDEN_CONFIG, GOLDEN_CONFIG_LS0, GOLDEN_RANKS, expectGolden, goldenFactorised, goldenWeights, readGolden, toTensorMap } from './fixtures';

const FORWARD = { absolute: 2e-5 };
const GRADIENT = { ofLargest: 1e-4 };
/** The tanh of TensorFlow and of shaders is off by 3e-7 and more, and the probability of a bin in the variational bound is a difference of two of them. */
const BOUND_GRADIENT = { ofLargest: 5e-4 };
const HAS_ROUGH_TANH = /^(tensorflow|webgpu)/;
/** The official timestep table is computed in float32: its own phase error at t = 999 is 6e-5. */
const TIMESTEP = { absolute: 1e-4 };

const forward = readGolden('forward');
const embed = readGolden('embed');
const loss = readGolden('loss');
const fine = readGolden('fine');
const grads = readGolden('grads');
const configOf = (ls: 0 | 1) => (ls === 1 ? GOLDEN_CONFIG : GOLDEN_CONFIG_LS0);
const batchOf = (names: { x: string; t: string; y: string }) => ({ x: forward[names.x], t: forward[names.t], y: forward[names.y] });

test('position tables', () => {
  expectGolden('exact', 'embed', 'pos_embed', positionTable(32, 4), embed.pos_embed.data, { absolute: 1e-6 });
  expectGolden('exact', 'embed', 'pos_embed_big', positionTable(64, 8), embed.pos_embed_big.data, { absolute: 1e-6 });
});

describe.each(GOLDEN_BACKENDS)('%s', (backend) => {
  test('timestep and label embeddings', async () => {
    const weights = goldenWeights(true);
    const silu = (x: tf.Tensor): tf.Tensor => tf.mul(x, tf.sigmoid(x));
    const out = await evaluate(backend, weights, { t: embed.t_int, frac: embed.t_frac }, (w, { t, frac }) => {
      const table = timestepEmbedding(t, 256);
      const linear = (x: tf.Tensor, name: string): tf.Tensor => tf.add(tf.matMul(x as tf.Tensor2D, w[`${name}.weight`] as tf.Tensor2D, false, true), w[`${name}.bias`]);
      return {
        temb_int_256: table,
        temb_frac_256: timestepEmbedding(frac, 256),
        temb_int_dim7: timestepEmbedding(t, 7),
        t_embedder_out: linear(silu(linear(table, 't_embedder.mlp.0')), 't_embedder.mlp.2'),
        y_embedder_out: tf.gather(w['y_embedder.embedding_table.weight'], tf.range(0, 6, 1, 'int32') as tf.Tensor1D),
      };
    });
    for (const [name, values] of Object.entries(out)) expectGolden(backend, 'embed', name, values, embed[name].data, TIMESTEP);
  });

  test('dropped labels', async () => {
    const labels = dropLabels(forward.drop_y.data as Int32Array, (i) => forward.drop_ids.data[i] === 1, GOLDEN_CONFIG.numClasses);
    expectGolden(backend, 'forward', 'drop_labels', labels, forward.drop_labels.data, { absolute: 0 });
    const given = { x: { shape: [3, ...forward.x.shape.slice(1)], data: forward.x.data.slice(0, 3 * 256) }, t: { shape: [3], data: Int32Array.of(7, 7, 7) } };
    const c = async (y: Int32Array) => (await evaluate(backend, goldenWeights(true), { ...given, y: { shape: [3], data: y } }, (w, { x, t, y: told }) => {
      const seen: Record<string, tf.Tensor> = {};
      ditForward(GOLDEN_CONFIG, w, { x, t, y: told }, { observe: (name, value) => { if (name === 'conditioning') seen.c = tf.clone(value); } });
      return seen;
    })).c;
    // The timestep's part is the same in all rows: what is left is the label's.
    const [dropped, null_, table] = [await c(labels), await c(Int32Array.of(5, 5, 5)), goldenWeights(true)['y_embedder.embedding_table.weight'].data];
    expectGolden(backend, 'forward', 'drop_emb', dropped.map((v, i) => v - null_[i] + table[5 * 32 + (i % 32)]), forward.drop_emb.data, FORWARD);
  });

  test('every layer on the way', async () => {
    const observed: Record<string, string> = { patches: 'act_patch_embed', conditioning: 'act_c', tokens: 'act_block0_in', 'blocks.0.attn.in': 'act_block0_attn_in', 'blocks.0.attn.out': 'act_block0_attn_out', 'blocks.0.mlp.out': 'act_block0_mlp_out', 'blocks.0': 'act_block0_out', 'blocks.1': 'act_block1_out', 'blocks.2': 'act_block2_out', final: 'act_final_tokens' };
    const out = await evaluate(backend, goldenWeights(true), batchOf({ x: 'x', t: 't', y: 'y' }), (w, { x, t, y }) => {
      const seen: Record<string, tf.Tensor> = {};
      ditForward(GOLDEN_CONFIG, w, { x, t, y }, { observe: (name, value) => { if (observed[name]) seen[observed[name]] = tf.clone(value); } });
      return seen;
    });
    for (const name of Object.values(observed)) expectGolden(backend, 'forward', name, out[name], forward[name].data, FORWARD);
  });

  test.each([0, 1] as const)('outputs with and without learned variance (%i)', async (ls) => {
    const { out } = await evaluate(backend, goldenWeights(ls === 1), batchOf({ x: 'x', t: 't', y: 'y' }), (w, { x, t, y }) => ({ out: ditForward(configOf(ls), w, { x, t, y }) }));
    expectGolden(backend, 'forward', `out_ls${ls}`, out, forward[`out_ls${ls}`].data, FORWARD);
    expectGolden(backend, 'forward', `out_ls${ls}_f64`, out, forward[`out_ls${ls}_f64`].data, FORWARD);
  });

  test.each([0, 1] as const)('classifier-free guidance, three channels and all (%i)', async (ls) => {
    const config = configOf(ls);
    const half = forward.cfg_x.data.length / 2;
    const doubled = { shape: forward.cfg_x.shape, data: Float32Array.from(forward.cfg_x.data, (_, i) => forward.cfg_x.data[i % half]) };
    const { out } = await evaluate(backend, goldenWeights(ls === 1), { x: doubled, t: forward.cfg_t, y: forward.cfg_y }, (w, { x, t, y }) => ({ out: ditForward(config, w, { x, t, y }) }));
    for (const [name, scale, channels] of [['cfg1.5', 1.5, 'three'], ['cfg4.0', 4, 'three'], ['cfg4.0_allch', 4, 'all']] as const) {
      const guided = guide(out, 4, ls === 1 ? 8 : 4, { scale, channels, inChannels: 4 });
      // Guidance multiplies the rounding of two outputs by its scale.
      expectGolden(backend, 'forward', `${name}_out_ls${ls}`, guided, forward[`${name}_out_ls${ls}`].data, { absolute: 2e-5 * scale });
    }
  });

  test('gradients of every weight', async () => {
    for (const ls of QUICK ? ([1] as const) : ([0, 1] as const)) {
      const weights = goldenWeights(ls === 1);
      const diffusion = createDiffusion({ timesteps: 1000, schedule: 'linear', prediction: 'epsilon' }, { learnSigma: ls === 1 });
      const wanted = Object.keys(grads).filter((name) => name.startsWith(`ls${ls}.`)).map((name) => name.slice(4));
      const out = await evaluate(backend, weights, { x0: loss.x_start, noise: loss.noise, t: loss.t, y: loss.y }, (w, given) => gradients(w, wanted, (p) => meanLoss(p, given, diffusion, ls)));
      const tolerance = ls === 1 && HAS_ROUGH_TANH.test(backend) ? BOUND_GRADIENT : GRADIENT;
      for (const name of wanted) expectGolden(backend, 'grads', `ls${ls}.${name}`, out[name], grads[`ls${ls}.${name}`].data, tolerance);
    }
  });

  describe.each(QUICK ? (['factored'] as const) : (['rebuild', 'factored'] as const))('FINE, %s', (evaluation) => {
    test('outputs and gradients of U, V and sigma', async () => {
      for (const ls of [0, 1] as const) {
        const { out } = await evaluate(backend, goldenFactorised(ls === 1), batchOf({ x: 'x', t: 't', y: 'y' }), (w, { x, t, y }) => ({ out: ditForward(configOf(ls), w, { x, t, y }, { ranks: GOLDEN_RANKS, evaluation }) }));
        expectGolden(backend, 'fine', `out_ls${ls}`, out, fine[`out_ls${ls}`].data, FORWARD);
        if (ls === 0) expectGolden(backend, 'fine', 'out_ls0_f64', out, fine.out_ls0_f64.data, FORWARD);
      }
      const diffusion = createDiffusion({ timesteps: 1000, schedule: 'linear', prediction: 'epsilon' }, { learnSigma: false });
      const wanted = Object.keys(fine).filter((name) => name.startsWith('grad.')).map((name) => name.slice(5));
      const out = await evaluate(backend, goldenFactorised(false), { x0: loss.x_start, noise: loss.noise, t: loss.t, y: loss.y }, (w, given) => ({
        ...gradients(w, wanted, (p) => meanLoss(p, given, diffusion, 0, evaluation)),
        mse: sampleLoss(w, given, diffusion, 0, evaluation).loss,
      }));
      expectGolden(backend, 'fine', 'mse', out.mse, fine.mse.data, { relative: 1e-5 });
      for (const name of wanted) expectGolden(backend, 'fine', `grad.${name}`, out[name], fine[`grad.${name}`].data, GRADIENT);
    });

    test('a deeper model from the same U and V', async () => {
      const weights = goldenFactorised(false);
      for (let block = 0; block < 5; block++)
        for (const type of WEIGHT_TYPES) {
          weights[`sigma.${type}.${block}`] = toTensorMap({ s: fine[`sigma_deep.${type}.${block}`] }).s;
          const bias = weightName(type, block).replace(/weight$/, 'bias');
          const shape = weights[weightName(type, 0).replace(/weight$/, 'bias')].shape;
          weights[bias] = { shape, data: new Float32Array(shape[0]) };
        }
      const { out } = await evaluate(backend, weights, batchOf({ x: 'x', t: 't', y: 'y' }), (w, { x, t, y }) => ({ out: ditForward({ ...GOLDEN_CONFIG_LS0, depth: 5 }, w, { x, t, y }, { ranks: GOLDEN_RANKS, evaluation }) }));
      expectGolden(backend, 'fine', 'deep_out_ls0', out, fine.deep_out_ls0.data, FORWARD);
    });
  });
});

test.each(GOLDEN_BACKENDS)('materialised weights are U diag(sigma) V^T on %s', async (backend) => {
  const dense = await materialise({ config: GOLDEN_CONFIG_LS0, ranks: GOLDEN_RANKS, tensors: goldenFactorised(false) }, getBackend(backend));
  for (const name of Object.keys(fine).filter((key) => key.startsWith('W.'))) {
    const [, type, block] = name.split('.');
    expectGolden(backend, 'fine', name, dense.tensors[weightName(type as 'qkv', Number(block))].data, fine[name].data, { absolute: 1e-6 });
  }
});

type Ls = 0 | 1;
type Diffusion = ReturnType<typeof createDiffusion>;

function sampleLoss(weights: Tensors, { x0, noise, t, y }: Tensors, diffusion: Diffusion, ls: Ls, evaluation?: Evaluation) {
  const xNoisy = noisyImage(diffusion, x0, t, noise);
  const output = ditForward(configOf(ls), weights, { x: xNoisy, t, y }, evaluation ? { ranks: GOLDEN_RANKS, evaluation } : {});
  return diffusionLoss(diffusion, { output, xStart: x0, xNoisy, noise, index: t });
}

const meanLoss = (weights: Tensors, given: Tensors, diffusion: Diffusion, ls: Ls, evaluation?: Evaluation): tf.Scalar => tf.mean(sampleLoss(weights, given, diffusion, ls, evaluation).loss) as tf.Scalar;

function gradients(weights: Tensors, wanted: string[], objective: (weights: Tensors) => tf.Scalar): Record<string, tf.Tensor> {
  const grad = tf.grads((...values: tf.Tensor[]) => objective({ ...weights, ...Object.fromEntries(wanted.map((name, i) => [name, values[i]])) }));
  const out = grad(wanted.map((name) => weights[name]));
  return Object.fromEntries(wanted.map((name, i) => [name, out[i]]));
}
