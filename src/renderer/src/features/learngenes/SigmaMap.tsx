/**
 * Sigma of one type as a picture: a row per layer, a column per component. Shown is how far a value lies from its component's
 * mean over all layers, which is what tells layers apart: above by one colour, below by the other, the distance by strength.
 */
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';

const POSITIVE = { light: [10, 102, 87], dark: [99, 201, 181] } as const;
const NEGATIVE = { light: [180, 83, 10], dark: [240, 160, 96] } as const;

export function SigmaMap({ layers, label }: { layers: readonly (readonly number[])[]; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme('light');
  const width = layers[0]?.length ?? 0;
  const mean = Array.from({ length: width }, (_, k) => layers.reduce((sum, layer) => sum + layer[k], 0) / layers.length);
  const most = Math.max(1e-12, ...layers.flatMap((layer) => layer.map((v, k) => Math.abs(v - mean[k]))));
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context || width === 0) return;
    const image = context.createImageData(width, layers.length);
    layers.forEach((layer, l) =>
      layer.forEach((v, k) => {
        const value = v - mean[k];
        const [r, g, b] = (value >= 0 ? POSITIVE : NEGATIVE)[scheme];
        image.data.set([r, g, b, Math.round(255 * Math.sqrt(Math.abs(value) / most))], 4 * (l * width + k));
      }),
    );
    context.putImageData(image, 0, 0);
  });
  return <canvas ref={canvas} width={width} height={layers.length} role="img" aria-label={`${label}: ${layers.length} layers by ${width} components, largest distance ${most.toPrecision(3)}`} className="pixelated sunk" style={{ display: 'block', width: '100%', height: Math.max(72, Math.min(220, layers.length * 18)) }} />;
}
