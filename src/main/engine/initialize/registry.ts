/** Every way to start a model, in the order in which tables show them. */
import { fine } from './fine';
import { he } from './he';
import { kind } from './kind';
import { autoLearngene, heurLearngene } from './learngeneLayers';
import { ligo } from './ligo';
import { mimetic } from './mimetic';
import { scratch } from './scratch';
import { shareInit } from './shareInit';
import { svdiff } from './svdiff';
import { tleg } from './tleg';
import { truncatedSvd } from './truncatedSvd';
import type { Initialization } from './types';
import { wave } from './wave';
import { selectFirst, selectUniform } from './weightSelection';

export const INITIALIZATIONS: readonly Initialization[] = [
  scratch,
  he,
  mimetic,
  selectFirst,
  selectUniform,
  shareInit,
  heurLearngene,
  autoLearngene,
  tleg,
  ligo,
  wave,
  kind,
  svdiff,
  truncatedSvd,
  fine,
];

/** By id; throws a plain error for an unknown one. */
export function initializationById(id: string): Initialization {
  const found = INITIALIZATIONS.find((method) => method.id === id);
  if (!found) throw new Error(`There is no initialisation "${id}".`);
  return found;
}
