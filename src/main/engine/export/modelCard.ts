/** The README of a bundle: what the model is, what goes in and out, how well the file was checked. */
import type { Parity } from '../../../shared/entities';
import type { ExportDescription } from './description';

export function modelCard(d: ExportDescription, facts: { opset: number; modelBytes: number; external: boolean; parity: Parity; parameters: number; macsPerItem: number }): string {
  const channelsOut = d.learn_sigma ? 2 * d.in_channels : d.in_channels;
  const { parity } = facts;
  const loss = d.checkpoint.loss === null ? 'not measured' : d.checkpoint.loss.toPrecision(4);
  return `# Diffusion transformer, ${d.depth} blocks of ${d.hidden_size} channels

An image-diffusion model (DiT with adaLN-Zero, Peebles & Xie 2023) for ${d.input_size}x${d.input_size} images with ${d.in_channels} channels and ${d.num_classes} ${d.num_classes === 1 ? 'class' : 'classes'}.
${d.weights.learngene_sha256 ? `Its blocks share the factors U and V of a learngene (FINE, arXiv 2409.19289): W = U diag(sigma) V^T.\n` : ''}
## Use

\`\`\`
pip install onnxruntime numpy pillow
python sample.py --class 0 --seed 0 --steps 50 --cfg 1.5 --out samples.png

npm install onnxruntime-node
node sample.mjs --class 0 --seed 0 --steps 50 --cfg 1.5 --out samples.png
\`\`\`

Both scripts give the same pictures for the same seed, those of the application (its DDIM sampler).

## The model file

\`model.onnx\`, opset ${facts.opset}, ${(facts.modelBytes / 1e6).toFixed(1)} MB, ${d.weights.precision} weights${facts.external ? ', with `model.onnx.data` beside it (keep the two together)' : ''}; standard operators only.

| name | type | shape | meaning |
|---|---|---|---|
| \`x\` | float32 | [batch, ${d.in_channels}, ${d.input_size}, ${d.input_size}] | noisy image, values of a clean one in [-1, 1] |
| \`t\` | int64 | [batch] | step of the full process, 0 (nearly clean) to ${d.diffusion.timesteps - 1} |
| \`y\` | int64 | [batch] | class; ${d.null_class} is "no class" |
| \`out\` | float32 | [batch, ${channelsOut}, ${d.input_size}, ${d.input_size}] | ${d.diffusion.prediction === 'x0' ? 'predicted clean image' : 'predicted noise'}${d.learn_sigma ? `; the last ${d.in_channels} channels interpolate the log-variance` : ''} |

## Facts

| | |
|---|---|
| patch size, heads, MLP ratio | ${d.patch_size}, ${d.num_heads}, ${d.mlp_ratio} |
| numbers stored | ${facts.parameters.toLocaleString('en')} (${d.weights.form}) |
| multiply-accumulates per image and step | ${(facts.macsPerItem / 1e9).toPrecision(3)} G |
| noise schedule | ${d.diffusion.schedule}, ${d.diffusion.timesteps} steps; tabulated in \`config.json\` |
| weights | ${d.weights.averaged ? 'running average over training' : 'of the last step'}, step ${d.checkpoint.step}, held-out loss ${loss} |
| learngene (SHA-256 of U and V) | ${d.weights.learngene_sha256 ?? 'none'} |
| checkpoint (SHA-256) | ${d.checkpoint.sha256} |

## Classes

${d.class_names.map((name, i) => `${i}. ${name.replaceAll('\n', ' ')}`).join('\n')}

(The first one is class 0.)

## Checked against the engine

${parity.pass ? 'Pass' : '**Fail**'}: over ${parity.rows.length} cases (batches ${distinct(parity.rows.map((r) => r.batch))}; timesteps ${distinct(parity.rows.map((r) => r.timestep))}; seeds ${distinct(parity.rows.map((r) => r.seed))}) this file differs from ${parity.against} by at most ${parity.maxAbs.toExponential(1)} (tolerance ${parity.tolerance.toExponential(0)}), ${parity.meanAbs.toExponential(1)} on average; smallest cosine ${parity.cosine.toFixed(7)}. Every case is in \`parity.json\`.
`;
}

function distinct(values: number[]): string {
  return [...new Set(values)].join(', ');
}
