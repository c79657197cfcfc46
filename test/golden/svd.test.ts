/** Singular values and truncation of a weight against numpy's, in float64. */
import { Matrix } from 'ml-matrix';
import { test } from 'vitest';
import { svd, toMatrix, truncate } from '../../src/main/engine/initialize/linearAlgebra';
import { weightName } from '../../src/main/engine/model/parameters';
import { expectGolden, goldenWeights, readGolden } from './fixtures';

const fine = readGolden('fine');
const weights = goldenWeights(false);
const fc1 = (block: number): Matrix => toMatrix(weights[weightName('fc1', block)]);
const EXACT = { ofLargest: 1e-12 };

test('singular values of one layer', () => {
  expectGolden('exact', 'fine', 'svd_fc1_block0_singular_values', svd(fc1(0)).s, fine.svd_fc1_block0_singular_values.data, EXACT);
});

test('singular values of all layers side by side', () => {
  const stacked = new Matrix(128, 96);
  for (let block = 0; block < 3; block++) stacked.setSubMatrix(fc1(block), 0, 32 * block);
  expectGolden('exact', 'fine', 'svd_fc1_concat_in_singular_values', svd(stacked).s, fine.svd_fc1_concat_in_singular_values.data, EXACT);
});

test('the best approximation of rank 8', () => {
  // Stored as float32.
  expectGolden('exact', 'fine', 'svd_fc1_block0_rank8', truncate(fc1(0), 8).to1DArray(), fine.svd_fc1_block0_rank8.data, { absolute: 1e-7 });
});
