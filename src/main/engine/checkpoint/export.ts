/** Weights for other tools, as safetensors. */
import { basename } from 'node:path';
import type { DiffusionConfig } from '../../../shared/config';
import { positionTable } from '../model/dit';
import { parameterSpecs } from '../model/parameters';
import type { ModelWeights } from '../model/types';
import type { TensorMap } from '../tensor/types';
import { sha256OfFile } from './checksum';
import { shapes } from './model';
import { assertTensors } from './names';
import { toOfficialConfig } from './officialConfig';
import { writeSafetensors } from './safetensors';

/**
 * Writes the weights in the form that they have. Dense: exactly the keys of the official DiT's state dict, `pos_embed` [1, T, D]
 * included, so that a strict load accepts it. Factorised: `U.T`, `V.T`, `sigma.T.BLOCK` in place of the five block weights.
 * The configuration (official names), process and class names are in the metadata. Throws as `writeFileAtomically`.
 */
export async function exportSafetensors(file: string, { config, ranks, tensors }: ModelWeights, { diffusion, classNames }: { diffusion: DiffusionConfig; classNames: readonly string[] }): Promise<{ name: string; bytes: number; sha256: string }> {
  assertTensors('The checkpoint', parameterSpecs(config, ranks), shapes(tensors));
  const out: TensorMap = { ...tensors };
  if (!ranks) {
    const grid = config.inputSize / config.patchSize;
    out.pos_embed = { shape: [1, grid * grid, config.hiddenSize], data: positionTable(config.hiddenSize, grid) };
  }
  // "pt" is what PyTorch's loaders look for.
  const metadata = { format: 'pt', config: JSON.stringify(toOfficialConfig(config)), diffusion: JSON.stringify(diffusion), class_names: JSON.stringify(classNames) };
  const bytes = await writeSafetensors(file, out, metadata);
  return { name: basename(file), bytes, sha256: await sha256OfFile(file) };
}
