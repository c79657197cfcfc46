/** A checkpoint's weights as an ONNX model. */
import { ditForward } from '../model/dit';
import { parameterSpecs } from '../model/parameters';
import type { ModelWeights } from '../model/types';
import { materialise } from '../fine/materialise';
import type { Backend } from '../tensor/types';
import { type ExportedModel, exportForward } from '../tensor/onnx/exportForward';
import type { ExportDescription } from './description';

export type ExportForm = 'dense' | 'factorised';

/** The form with fewer numbers; factors win as soon as a few blocks share them. A dense model has only one. */
export function smallerForm({ config, ranks }: ModelWeights): ExportForm {
  if (!ranks) return 'dense';
  const count = (specs: { shape: number[] }[]): number => specs.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  return count(parameterSpecs(config, ranks)) < count(parameterSpecs(config, null)) ? 'factorised' : 'dense';
}

/**
 * Inputs `x` float32 [batch, C, H, W], `t` int64 [batch] (step of the full process), `y` int64 [batch] (`num_classes` is the
 * null class); output `out` [batch, Cout, H, W]. Standard operators only. Factorised weights are applied as
 * ((x V) sigma) U^T, so that no block's matrix is ever rebuilt. Each part of `description` is a metadata entry, as JSON.
 */
export async function onnxModel(weights: ModelWeights, form: ExportForm, description: ExportDescription, options: { precision: 'float32' | 'float16'; dataFile: string; backend: Backend }): Promise<ExportedModel> {
  const { config, ranks, tensors } = form === 'dense' ? await materialise(weights, options.backend) : weights;
  const { inChannels: C, inputSize: H } = config;
  return exportForward({
    bodyAtBatch: (batch) => ({
      name: 'dit',
      constants: tensors,
      state: {},
      inputs: { x: { shape: [batch, C, H, H], dtype: 'float32' }, t: { shape: [batch], dtype: 'int32' }, y: { shape: [batch], dtype: 'int32' } },
      body: ({ constants, inputs }) => ({
        state: {},
        outputs: { out: ditForward(config, constants, { x: inputs.x, t: inputs.t, y: inputs.y }, { ranks, evaluation: 'factored' }) },
      }),
    }),
    inputTypes: { t: 'int64', y: 'int64' },
    precision: options.precision,
    description: `Diffusion transformer with ${config.depth} blocks of ${config.hiddenSize} channels: predicts ${description.diffusion.prediction} from x, t, y.`,
    metadata: metadataOf(description),
    dataFile: options.dataFile,
  });
}

function metadataOf({ class_names, null_class, diffusion, guidance_channels, weights, checkpoint, format, ...config }: ExportDescription): Record<string, string> {
  const { alphas_cumprod: _tabulated, ...process } = diffusion;
  return {
    format,
    config: JSON.stringify(config),
    diffusion: JSON.stringify(process),
    class_names: JSON.stringify(class_names),
    null_class: String(null_class),
    guidance_channels: String(guidance_channels),
    weights: JSON.stringify(weights),
    checkpoint: JSON.stringify(checkpoint),
  };
}
