/**
 * A product with a constant whose result is cut into columns becomes one product per piece, and a product of joined columns with a constant a
 * running sum of products: query, key and value are then never copied out of one array, nor their gradients into one. After `addedProducts`.
 */
import { isConstant, type Graph, type NodeOf, type Value } from '../ir';
import { deadCode } from './deadCode';
import { rewrite, usesOf, type Emit } from './rewrite';

/** Fewer rows are copied sooner than several products are started. */
const ROWS = 128;

type Product = NodeOf<'MatMul'> | NodeOf<'Gemm'>;

export function splitProducts(graph: Graph): void {
  const uses = usesOf(graph);
  const pieces = new Pieces(graph);
  const separable = separableJoins(graph, uses);

  rewrite(graph, (node, emit) => {
    switch (node.op) {
      case 'Split': {
        const product = node.inputs[0].node;
        return node.attrs.axis === 1 && uses.get(node.inputs[0]) === 1 && isSeparable(product) ? split(product, node, pieces, emit) : null;
      }
      case 'MatMul': {
        const join = node.inputs[0].node;
        return join?.op === 'Concat' && separable.has(node.inputs[0]) ? addUp(join.inputs, node, pieces, emit) : null;
      }
      case 'Sum': {
        const join = node.inputs[0].node;
        if (join?.op !== 'Concat' || !separable.has(node.inputs[0])) return null;
        const sums = join.inputs.map((part) => emit('Sum', [part], node.attrs, [part.shape[1]]));
        return [emit('Concat', sums, { axis: 0 }, node.outputs[0].shape)];
      }
      default:
        return null;
    }
  });
  deadCode(graph);
}

/** x W^T with a constant W, and a bias at most. */
function isSeparable(node: Value['node']): node is Product {
  if (node?.op !== 'MatMul' && node?.op !== 'Gemm') return false;
  const [, weight, bias] = node.inputs;
  return node.outputs[0].shape[0] >= ROWS && isMatrix(weight) && node.attrs.transposeB && (!bias || bias.shape.length === 1);
}

function isMatrix(value: Value): boolean {
  return value.data !== undefined && value.shape.length === 2;
}

/** Matrices joined by columns of which only sums over rows and products with constants are made. */
function separableJoins(graph: Graph, uses: Map<Value, number>): Set<Value> {
  const readers = new Map<Value, number>();
  for (const node of graph.nodes) {
    const [x, weight] = node.inputs;
    if (x?.node?.op !== 'Concat' || x.node.attrs.axis !== 1 || x.shape.length !== 2 || x.shape[0] < ROWS) continue;
    const sum = node.op === 'Sum' && node.attrs.axes.length === 1 && node.attrs.axes[0] === 0 && !node.attrs.keepDims;
    const product = node.op === 'MatMul' && isMatrix(weight) && !node.attrs.transposeA && !node.attrs.transposeB;
    if (sum || product) readers.set(x, (readers.get(x) ?? 0) + 1);
  }
  return new Set([...readers].filter(([value, count]) => count === uses.get(value)).map(([value]) => value));
}

function split({ inputs: [x, weight, bias], attrs }: Product, { attrs: { sizes } }: NodeOf<'Split'>, pieces: Pieces, emit: Emit): Value[] {
  let begin = 0;
  return sizes.map((size) => {
    const rows = pieces.rows(weight, begin, size);
    const part = bias && pieces.of(bias, begin, size, emit);
    begin += size;
    const shape = [x.shape[0], size];
    return part ? emit('Gemm', [x, rows, part], attrs, shape) : emit('MatMul', [x, rows], attrs, shape);
  });
}

function addUp(parts: Value[], { inputs: [, weight], attrs, outputs }: NodeOf<'MatMul'>, pieces: Pieces, emit: Emit): Value[] {
  let begin = 0;
  let sum: Value | null = null;
  for (const part of parts) {
    const rows = pieces.rows(weight, begin, part.shape[1]);
    begin += part.shape[1];
    sum = sum ? emit('Gemm', [part, rows, sum], attrs, outputs[0].shape) : emit('MatMul', [part, rows], attrs, outputs[0].shape);
  }
  return [sum!];
}

/** Pieces of weights and biases, each made once. */
class Pieces {
  private readonly known = new Map<string, Value>();

  constructor(private readonly graph: Graph) {}

  /** `size` rows of a constant matrix, a window on its memory. */
  rows(matrix: Value, begin: number, size: number): Value {
    const columns = matrix.shape[1];
    const label = matrix.label && `${matrix.label}/${begin}`;
    return this.once(matrix, begin, () => this.graph.constant(matrix.data!.subarray(begin * columns, (begin + size) * columns), [size, columns], matrix.dtype, label));
  }

  of(vector: Value, begin: number, size: number, emit: Emit): Value {
    return this.once(vector, begin, () => (isConstant(vector) && vector.data ? this.graph.constant(vector.data.subarray(begin, begin + size), [size], vector.dtype) : emit('Slice', [vector], { begin: [begin], size: [size] }, [size])));
  }

  private once(value: Value, begin: number, make: () => Value): Value {
    const key = `${value.id}/${begin}`;
    const made = this.known.get(key) ?? make();
    this.known.set(key, made);
    return made;
  }
}
