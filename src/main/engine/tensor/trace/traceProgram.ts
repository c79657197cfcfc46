/** From a `ProgramSpec` to a graph: its body is run once on the recording backend. */
import { AppError } from '../../../../shared/errors';
import { checkResult, sizeOf } from '../host';
import { Graph } from '../ir';
import { tf } from '../tf';
import { onTfjsBackend } from '../tfjsBackend';
import type { ProgramSpec, Tensors } from '../types';
import './kernels';
import { TRACE, tensorOf, traceBackend } from './recorder';
import { sourceLine } from './sourceLine';

/** Names in the graph: inputs and outputs of the program as they are, state before and after the run with these prefixes. */
export const STATE_PREFIX = 'state/';
export const NEXT_PREFIX = 'next/';

/**
 * Records `spec.body`. Graph inputs are the program's inputs and state tensors (`state/NAME`), outputs its outputs and the
 * new state (`next/NAME`). Constants become graph constants with their data. Throws `AppError('unsupported')` naming op and
 * source line when an op has no recording kernel.
 */
export function traceProgram(spec: ProgramSpec, options: { origins?: boolean } = {}): Graph {
  const graph = new Graph(spec.name);
  const unclear = Object.keys(spec.inputs).find((name) => name.startsWith(STATE_PREFIX) || name.startsWith(NEXT_PREFIX));
  if (unclear) throw new Error(`${spec.name}: the input name "${unclear}" is reserved`);
  for (const [name, { shape, data }] of Object.entries(spec.constants))
    if (sizeOf(shape) !== data.length) throw new Error(`${spec.name}: the constant "${name}" has ${data.length} elements for [${shape}]`);
  if (traceBackend.graph) throw new Error(`${spec.name}: tracing does not nest (already tracing ${traceBackend.graph.name})`);
  traceBackend.graph = graph;
  traceBackend.origins = options.origins ?? false;
  try {
    onTfjsBackend(TRACE, () =>
      tf.tidy(() => {
        const constants: Tensors = {};
        for (const [name, { data, shape }] of Object.entries(spec.constants)) constants[name] = tensorOf(graph.constant(data, shape, data instanceof Float32Array ? 'float32' : 'int32', name));
        const state: Tensors = {};
        for (const [name, { shape, dtype }] of Object.entries(spec.state)) state[name] = tensorOf(graph.input(STATE_PREFIX + name, shape, dtype));
        const inputs: Tensors = {};
        for (const [name, { shape, dtype }] of Object.entries(spec.inputs)) inputs[name] = tensorOf(graph.input(name, shape, dtype));
        const result = spec.body({ constants, state, inputs });
        checkResult(spec, result);
        for (const name of Object.keys(result.outputs)) if (spec.inputs[name]) throw new Error(`${spec.name}: "${name}" is the name of an input and of an output`);
        for (const [name, tensor] of Object.entries(result.outputs)) graph.outputs.push({ name, value: traceBackend.graphValue(tensor) });
        for (const [name, tensor] of Object.entries(result.state)) graph.outputs.push({ name: NEXT_PREFIX + name, value: traceBackend.graphValue(tensor) });
      }),
    );
  } catch (error) {
    throw missingKernel(error, spec.name) ?? error;
  } finally {
    traceBackend.graph = null;
    traceBackend.origins = false;
  }
  return graph;
}

/** The typed error for tfjs's "kernel not registered", or null for any other error. */
export function missingKernel(error: unknown, program: string): AppError | null {
  const match = error instanceof Error && /Kernel '([^']+)' not registered for backend '([^']+)'/.exec(error.message);
  if (!match) return null;
  const [, op, backend] = match;
  const line = sourceLine((error as Error).stack);
  return new AppError('unsupported', `${program}: the op ${op}${line && `, used at ${line},`} cannot run here.`, {
    cause: `The ${backend} backend has no kernel for it.`,
    hint: 'Express the computation with other ops, or add the kernel.',
    details: { op, backend, line },
  });
}
