/** A chart as a file: the drawn SVG with its title, legend and colours resolved, or the same as PNG at twice the size. */
import { fileName, saveBlob } from '../../format/save';

interface Legend {
  label: string;
  color: string;
  dash: string;
}

const SVG = 'http://www.w3.org/2000/svg';
const HEAD = 34;
const LINE = 18;

function element(name: string, attributes: Record<string, string | number>, text?: string): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  if (text !== undefined) made.textContent = text;
  return made;
}

/** Colours from CSS variables are unknown outside of this page. */
function resolveColours(from: Element, to: Element): void {
  for (const property of ['fill', 'stroke'] as const) {
    if (to.getAttribute(property)?.includes('var(')) to.setAttribute(property, getComputedStyle(from)[property]);
  }
  [...from.children].forEach((child, i) => resolveColours(child, to.children[i]));
}

export function chartSvg(drawn: SVGSVGElement, title: string, legend: readonly Legend[]): string {
  const { width, height } = drawn.getBoundingClientRect();
  const style = getComputedStyle(document.body);
  const copy = drawn.cloneNode(true) as SVGSVGElement;
  resolveColours(drawn, copy);
  copy.setAttribute('y', String(HEAD));
  // Its style fills its place on the page; in the file that would be the whole picture, title and legend included.
  copy.removeAttribute('style');
  const total = height + HEAD + LINE * legend.length + 8;
  const out = element('svg', { xmlns: SVG, width, height: total, viewBox: `0 0 ${width} ${total}`, 'font-family': 'Inter, system-ui, sans-serif', 'font-size': 12 });
  out.append(element('rect', { width, height: total, fill: getComputedStyle(document.documentElement).getPropertyValue('--sheet').trim() || '#ffffff' }));
  out.append(element('text', { x: 12, y: 22, 'font-size': 14, 'font-weight': 600, fill: style.color }, title));
  out.append(copy);
  legend.forEach(({ label, color, dash }, i) => {
    const y = height + HEAD + LINE * i + 12;
    out.append(element('line', { x1: 12, x2: 40, y1: y - 4, y2: y - 4, stroke: color, 'stroke-width': 2, 'stroke-dasharray': dash }));
    out.append(element('text', { x: 48, y, fill: style.color }, label));
  });
  return new XMLSerializer().serializeToString(out);
}

export function saveChartSvg(drawn: SVGSVGElement, title: string, legend: readonly Legend[]): void {
  saveBlob(new Blob([chartSvg(drawn, title, legend)], { type: 'image/svg+xml' }), fileName(title, 'svg'));
}

export async function saveChartPng(drawn: SVGSVGElement, title: string, legend: readonly Legend[]): Promise<void> {
  const source = chartSvg(drawn, title, legend);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(source)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = image.width * 2;
  canvas.height = image.height * 2;
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob) saveBlob(blob, fileName(title, 'png'));
}
