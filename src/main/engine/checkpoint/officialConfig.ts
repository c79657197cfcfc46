/** The model's configuration under the names of the official DiT constructor, as other tools write it. */
import { z } from 'zod';
import { type DiTConfig, type DiffusionConfig, NOISE_SCHEDULES, diffusionSchema, ditConfigSchema } from '../../../shared/config';
import { AppError } from '../../../shared/errors';

const count = z.int().min(1);

/** Other properties (such as `class_dropout_prob`) do not change what the weights mean and are passed over. */
const officialSchema = z.object({
  input_size: count,
  patch_size: count,
  in_channels: count,
  hidden_size: count,
  depth: count,
  num_heads: count,
  mlp_ratio: z.number().positive().default(4),
  num_classes: count,
  learn_sigma: z.boolean().default(true),
});
export type OfficialConfig = z.infer<typeof officialSchema>;

const OFFICIAL_NAME: Partial<Record<string, keyof OfficialConfig>> = { inputSize: 'input_size', patchSize: 'patch_size', inChannels: 'in_channels', hiddenSize: 'hidden_size', depth: 'depth', heads: 'num_heads', mlpRatio: 'mlp_ratio', numClasses: 'num_classes', learnSigma: 'learn_sigma' };

/** Throws `AppError('invalid-input')` naming every property that is missing or cannot work. */
export function fromOfficialConfig(value: unknown): DiTConfig {
  const parsed = officialSchema.safeParse(value);
  if (!parsed.success) throw invalid(parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'configuration'}: ${message}`));
  const c = parsed.data;
  const model = ditConfigSchema.safeParse({ inputSize: c.input_size, patchSize: c.patch_size, inChannels: c.in_channels, hiddenSize: c.hidden_size, depth: c.depth, heads: c.num_heads, mlpRatio: c.mlp_ratio, numClasses: c.num_classes, learnSigma: c.learn_sigma });
  if (!model.success) throw invalid(model.error.issues.map(({ path, message }) => `${OFFICIAL_NAME[String(path[0])] ?? path.join('.')}: ${message}`));
  return model.data;
}

const officialProcessSchema = z.object({
  noise_schedule: z.enum(NOISE_SCHEDULES).optional(),
  diffusion_steps: count.optional(),
  predict_xstart: z.boolean().optional(),
});

/**
 * The process under the names of the official `create_diffusion`, which may stand beside those of the model; what is left out is as in
 * `stored`, the process that a file names itself. Throws `AppError('invalid-input')`.
 */
export function processFromOfficialConfig(value: unknown, stored: DiffusionConfig = diffusionSchema.parse({})): DiffusionConfig {
  const parsed = officialProcessSchema.safeParse(value ?? {});
  if (!parsed.success) throw invalid(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`));
  const { noise_schedule: schedule, diffusion_steps: timesteps, predict_xstart: picture } = parsed.data;
  return { schedule: schedule ?? stored.schedule, timesteps: timesteps ?? stored.timesteps, prediction: picture === undefined ? stored.prediction : picture ? 'x0' : 'epsilon' };
}

export function toOfficialConfig(c: DiTConfig): OfficialConfig {
  return { input_size: c.inputSize, patch_size: c.patchSize, in_channels: c.inChannels, hidden_size: c.hiddenSize, depth: c.depth, num_heads: c.heads, mlp_ratio: c.mlpRatio, num_classes: c.numClasses, learn_sigma: c.learnSigma };
}

function invalid(problems: string[]): AppError {
  return new AppError('invalid-input', `The model's configuration cannot be used. ${problems.join(' ')}`, {
    hint: 'Give input_size, patch_size, in_channels, hidden_size, depth, num_heads, mlp_ratio, num_classes and learn_sigma as they were when the weights were saved; noise_schedule, diffusion_steps and predict_xstart where they were not linear, 1000 and false.',
    field: 'config',
    details: problems,
  });
}
