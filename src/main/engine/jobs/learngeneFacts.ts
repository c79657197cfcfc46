import type { JobResult } from '../../../shared/worker';
import type { LearngeneContent } from '../checkpoint/learngene';
import { CARRIED, learngeneWarnings, uvHash } from '../fine/learngene';

const CARRIES: Record<(typeof CARRIED)[number], RegExp> = { embedders: /^[xty]_embedder\./, finalLayer: /^final_layer\./, biases: /^blocks\..+\.bias$/, sigma: /^sigma\./ };

/** What the catalogue keeps of a learngene file. */
export function learngeneFacts(content: LearngeneContent, file: { bytes: number; sha256: string }): JobResult<'extract'> {
  const names = Object.keys(content.tensors);
  return {
    method: content.method,
    hiddenSize: content.config.hiddenSize,
    ranks: content.ranks,
    sourceDepth: content.config.depth,
    model: content.config,
    diffusion: content.diffusion,
    carries: CARRIED.filter((part) => names.some((name) => CARRIES[part].test(name))),
    parameters: Object.values(content.tensors).reduce((sum, { data }) => sum + data.length, 0),
    bytes: file.bytes,
    sha256: file.sha256,
    uvHash: uvHash(content.tensors),
    errors: content.errors,
    warnings: learngeneWarnings(content, content.method),
  };
}
