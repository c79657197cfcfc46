/** A graph as text for people: one node a line, shapes written out, source lines where they were recorded. */
import { isConstant, type Graph, type Value } from './ir';

const SHORT: Record<string, string> = { float32: 'f32', int32: 'i32', bool: 'bool' };

function typeOf(value: Value): string {
  return `${SHORT[value.dtype]}[${value.shape.join(',')}]`;
}

function nameOf(value: Value): string {
  if (value.input !== undefined) return value.input;
  if (value.splat !== undefined) return value.shape.length === 0 ? `${value.splat}` : `${value.splat}:${typeOf(value)}`;
  return isConstant(value) ? `const ${value.label ?? value.id}:${typeOf(value)}` : `%${value.id}`;
}

export function dumpGraph(graph: Graph): string {
  const lines = [`graph ${graph.name}`];
  for (const input of graph.inputs) lines.push(`  in  ${input.input}: ${typeOf(input)}`);
  for (const node of graph.nodes) {
    const results = node.outputs.map((output) => `%${output.id}: ${typeOf(output)}`).join(', ');
    const attrs = Object.keys(node.attrs).length > 0 ? ` ${JSON.stringify(node.attrs)}` : '';
    lines.push(`  ${results} = ${node.op}(${node.inputs.map(nameOf).join(', ')})${attrs}${node.origin ? `  # ${node.origin}` : ''}`);
  }
  for (const { name, value } of graph.outputs) lines.push(`  out ${name} = ${nameOf(value)}: ${typeOf(value)}`);
  return lines.join('\n');
}
