export type { BlockProduct, MetricRow, RateGroup, TrainCallbacks, TrainControl, TrainOptions, TrainOutcome, TrainingData } from './options';
export { train } from './trainer';
export { rateFactor } from './learningRate';
export { type TrainStep, buildTrainStep } from './trainStep';
