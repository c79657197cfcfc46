/** The passes in their order; each keeps the meaning of the graph within float rounding. */
import type { Graph } from '../ir';
import { addedProducts } from './addedProducts';
import { simplifyAlgebra } from './algebra';
import { commonSubexpressions } from './commonSubexpressions';
import { deadCode } from './deadCode';
import { implicitBroadcast } from './implicitBroadcast';
import { rowSums } from './rowSums';
import { scaledProducts } from './scaledProducts';
import { simplifyShapes } from './shapes';
import { splitProducts } from './splitProducts';
import { sumSquares } from './sumSquares';

/** Simplifies the graph in place. Twice, because algebra uncovers shapes and shapes uncover algebra. */
export function simplify(graph: Graph): void {
  deadCode(graph);
  for (let round = 0; round < 2; round++) {
    simplifyShapes(graph);
    simplifyAlgebra(graph);
    implicitBroadcast(graph);
    deadCode(graph);
  }
  sumSquares(graph);
  commonSubexpressions(graph);
  scaledProducts(graph);
  deadCode(graph);
}

/**
 * What pays with ONNX Runtime on a processor, whose matrix products are better made than its other ops. For the part of a program that computes,
 * not for the update: a sum taken into a product can no longer be updated in place.
 */
export function preferProducts(graph: Graph): void {
  addedProducts(graph);
  splitProducts(graph);
  rowSums(graph);
  deadCode(graph);
}
