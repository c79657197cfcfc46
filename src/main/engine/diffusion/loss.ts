/**
 * The training losses of DiT as tfjs ops, one value per sample [B]: mean squared error of the prediction, and the variational
 * bound of the learned variance in bits per dimension (Nichol & Dhariwal 2021, section 3.1). Images are [B, C, H, W].
 */
import type { LossWeighting } from '../../../shared/config';
import { tf } from '../tensor/tf';
import { logVarianceBounds, type Diffusion } from './gaussian';

const SMALLEST_PROBABILITY = 1e-12;
/** Half the width of one of 256 grey values in [-1, 1]. */
const HALF_BIN = 1 / 255;

export interface LossInputs {
  /** The model's output [B, Cout, H, W]. */
  output: tf.Tensor;
  xStart: tf.Tensor;
  /** x_t, as given to the model. */
  xNoisy: tf.Tensor;
  noise: tf.Tensor;
  /** Index into the process's tables [B], int32; the timestep itself where the process is not respaced. */
  index: tf.Tensor;
}

export type LossKind =
  /** Mean squared error, plus the bound for the variance alone where it is learned; DiT's own. */
  | 'mse'
  /** The same with the bound scaled by steps / 1000, so that its weight does not depend on the number of steps. */
  | 'rescaled-mse'
  /** The bound alone, for mean and variance, times the number of steps. */
  | 'kl';

export interface Losses {
  loss: tf.Tensor;
  mse: tf.Tensor | null;
  vb: tf.Tensor | null;
}

/** A table entry for each sample, shaped [B, 1, 1, 1] and rounded to float32. */
export function tableAt(table: Float64Array, index: tf.Tensor): tf.Tensor {
  return tf.reshape(tf.gather(tf.tensor1d(Float32Array.from(table)), index as tf.Tensor1D), [-1, 1, 1, 1]);
}

/** x_t = sqrt(abar_t) x_0 + sqrt(1 - abar_t) noise. */
export function noisyImage(diffusion: Diffusion, xStart: tf.Tensor, index: tf.Tensor, noise: tf.Tensor): tf.Tensor {
  const { sqrtAlphasCumprod, sqrtOneMinusAlphasCumprod } = diffusion.schedule;
  return tf.add(tf.mul(tableAt(sqrtAlphasCumprod, index), xStart), tf.mul(tableAt(sqrtOneMinusAlphasCumprod, index), noise));
}

/** Loss per sample and its parts. Throws when `kl` is asked of a model without learned variance. */
export function diffusionLoss(diffusion: Diffusion, inputs: LossInputs, kind: LossKind = 'mse'): Losses {
  const learned = diffusion.variance === 'learned-range';
  const [prediction, variance] = learned ? tf.split(inputs.output, 2, 1) : [inputs.output, null];
  const { steps } = diffusion.schedule;
  if (kind === 'kl') {
    if (!variance) throw new Error('The bound needs a learned variance.');
    const bound = variationalBound(diffusion, inputs, prediction, variance);
    return { loss: tf.mul(bound, steps), mse: null, vb: bound };
  }
  const target = diffusion.prediction === 'x0' ? inputs.xStart : inputs.noise;
  const mse = meanOverSample(tf.squaredDifference(target, prediction));
  if (!variance) return { loss: mse, mse, vb: null };
  // The mean is trained by the mean squared error alone.
  const bound = variationalBound(diffusion, inputs, stopGradient(prediction), variance);
  const vb = kind === 'rescaled-mse' ? tf.mul(bound, steps / 1000) : bound;
  return { loss: tf.add(mse, vb), mse, vb };
}

/** KL(q(x_{t-1} | x_t, x_0) || p(x_{t-1} | x_t)), at step 0 the negative log-likelihood of the image's grey values; bits per dimension [B]. */
function variationalBound(diffusion: Diffusion, inputs: LossInputs, prediction: tf.Tensor, variance: tf.Tensor): tf.Tensor {
  const { xStart, xNoisy, index } = inputs;
  const { schedule } = diffusion;
  const at = (table: Float64Array): tf.Tensor => tableAt(table, index);
  const posterior = (image: tf.Tensor): tf.Tensor => tf.add(tf.mul(at(schedule.posteriorMeanCoef1), image), tf.mul(at(schedule.posteriorMeanCoef2), xNoisy));

  const predicted = diffusion.prediction === 'x0' ? prediction : tf.sub(tf.mul(at(schedule.sqrtRecipAlphasCumprod), xNoisy), tf.mul(at(schedule.sqrtRecipm1AlphasCumprod), prediction));
  const bounds = logVarianceBounds(schedule);
  const share = tf.mul(tf.add(variance, 1), 0.5);
  const logVariance = tf.add(tf.mul(share, at(bounds.large)), tf.mul(tf.sub(1, share), at(bounds.small)));
  const mean = posterior(predicted);

  const kl = normalKl(posterior(xStart), at(schedule.posteriorLogVarianceClipped), mean, logVariance);
  const decoder = tf.neg(discretisedLogLikelihood(xStart, mean, tf.mul(logVariance, 0.5)));
  const perSample = (x: tf.Tensor): tf.Tensor => tf.mul(meanOverSample(x), 1 / Math.LN2);
  return tf.where(tf.equal(index, tf.zerosLike(index)), perSample(decoder), perSample(kl));
}

/** KL(q(x_T | x_0) || N(0, 1)) in bits per dimension [B]: what is left of the image at the noisiest step. */
export function priorBits(diffusion: Diffusion, xStart: tf.Tensor): tf.Tensor {
  const { schedule } = diffusion;
  const last = schedule.steps - 1;
  const mean = tf.mul(xStart, schedule.sqrtAlphasCumprod[last]);
  const zero = tf.scalar(0);
  return tf.mul(meanOverSample(normalKl(mean, tf.scalar(schedule.logOneMinusAlphasCumprod[last]), zero, zero)), 1 / Math.LN2);
}

/** KL divergence of two normal distributions given by mean and log-variance, element by element, in nats. */
function normalKl(mean1: tf.Tensor, logVariance1: tf.Tensor, mean2: tf.Tensor, logVariance2: tf.Tensor): tf.Tensor {
  const ratio = tf.exp(tf.sub(logVariance1, logVariance2));
  const distance = tf.mul(tf.squaredDifference(mean1, mean2), tf.exp(tf.neg(logVariance2)));
  return tf.mul(tf.add(tf.sub(tf.add(tf.sub(logVariance2, logVariance1), ratio), 1), distance), 0.5);
}

/**
 * Log-probability of the grey value of `x` (one of 256 in [-1, 1]) under a normal distribution, with the open ends belonging to
 * the first and last bin (Ho et al. 2020, equation 13) and the distribution function approximated by tanh.
 *
 * The distribution is symmetric, so every probability is taken on the lower side, where the function is near 0 instead of near 1
 * and float32 keeps its digits.
 */
function discretisedLogLikelihood(x: tf.Tensor, mean: tf.Tensor, logScale: tf.Tensor): tf.Tensor {
  const centred = tf.sub(x, mean);
  const inverse = tf.exp(tf.neg(logScale));
  const cdf = (distance: tf.Tensor): tf.Tensor => normalCdf(tf.mul(inverse, distance));
  const log = (p: tf.Tensor): tf.Tensor => tf.log(tf.maximum(p, SMALLEST_PROBABILITY));
  const lower = tf.neg(tf.abs(centred));
  const inside = log(tf.sub(cdf(tf.add(lower, HALF_BIN)), cdf(tf.sub(lower, HALF_BIN))));
  const first = log(cdf(tf.add(centred, HALF_BIN)));
  const last = log(cdf(tf.sub(HALF_BIN, centred)));
  return tf.where(tf.less(x, -0.999), first, tf.where(tf.greater(x, 0.999), last, inside));
}

/** Above this exponent the distribution function is 1 in float32; exp stays finite. */
const LARGEST_EXPONENT = 30;

/** (1 + tanh(u)) / 2 in the form e^2u / (1 + e^2u), which does not cancel where it is small. */
function normalCdf(x: tf.Tensor): tf.Tensor {
  const cubic = tf.add(x, tf.mul(tf.mul(tf.mul(x, x), x), 0.044715));
  const power = tf.exp(tf.minimum(tf.mul(cubic, 2 * Math.sqrt(2 / Math.PI)), LARGEST_EXPONENT));
  return tf.div(power, tf.add(power, 1));
}

function meanOverSample(x: tf.Tensor): tf.Tensor {
  return tf.mean(x, [1, 2, 3]);
}

/** The same values, without a gradient. */
function stopGradient(x: tf.Tensor): tf.Tensor {
  return tf.customGrad((value) => ({ value: tf.clone(value as tf.Tensor), gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy) }))(x);
}

/** Where the signal is stronger than this many times the noise, `min-snr` lowers the weight (Hang et al. 2023 take 5). */
const SNR_LIMIT = 5;

/**
 * Weight of the squared error at every step of the process, for a model that predicts noise (for one that predicts x_0, the same
 * weight on the noise's error is meant, which is SNR times that of x_0):
 *   uniform        1, as in DDPM and DiT
 *   min-snr        min(SNR, 5) / SNR (Hang et al. 2023, "Efficient Diffusion Training via Min-SNR Weighting Strategy")
 *   unit-variance  1 + 1 / SNR, the weight under which noise and picture of unit variance count alike at every step (Karras et
 *                  al. 2022, table 1; the error of v in Salimans & Ho 2022)
 */
export function lossWeights({ prediction, schedule }: Diffusion, weighting: LossWeighting): Float64Array {
  return schedule.alphasCumprod.map((alpha) => {
    const snr = alpha / (1 - alpha);
    const ofNoise = weighting === 'uniform' ? 1 : weighting === 'min-snr' ? Math.min(1, SNR_LIMIT / snr) : 1 + 1 / snr;
    return prediction === 'x0' && weighting !== 'uniform' ? ofNoise * snr : ofNoise;
  });
}
