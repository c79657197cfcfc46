/** The passes in their order; each keeps the meaning of the graph within float rounding. */
import type { Graph } from '../ir';
import { simplifyAlgebra } from './algebra';
import { commonSubexpressions } from './commonSubexpressions';
import { deadCode } from './deadCode';
import { implicitBroadcast } from './implicitBroadcast';
import { scaledProducts } from './scaledProducts';
import { simplifyShapes } from './shapes';
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
