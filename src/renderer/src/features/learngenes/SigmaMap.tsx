/** Sigma of one type as a picture: a row per layer, a column per component; the sign by colour, the size by strength. */
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';

const POSITIVE = { light: [10, 102, 87], dark: [99, 201, 181] } as const;
const NEGATIVE = { light: [180, 83, 10], dark: [240, 160, 96] } as const;

export function SigmaMap({ layers, label }: { layers: readonly (readonly number[])[]; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme('light');
  const width = layers[0]?.length ?? 0;
  const most = Math.max(1e-12, ...layers.flat().map(Math.abs));
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context || width === 0) return;
    const image = context.createImageData(width, layers.length);
    layers.forEach((layer, l) =>
      layer.forEach((value, k) => {
        const [r, g, b] = (value >= 0 ? POSITIVE : NEGATIVE)[scheme];
        image.data.set([r, g, b, Math.round(255 * Math.sqrt(Math.abs(value) / most))], 4 * (l * width + k));
      }),
    );
    context.putImageData(image, 0, 0);
  }, [layers, width, most, scheme]);
  return <canvas ref={canvas} width={width} height={layers.length} role="img" aria-label={`${label}: ${layers.length} layers by ${width} components, largest size ${most.toPrecision(3)}`} className="pixelated sunk" style={{ display: 'block', width: '100%', height: Math.max(72, Math.min(220, layers.length * 18)) }} />;
}
