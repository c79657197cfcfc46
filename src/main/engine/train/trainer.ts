/** The loop around the training step: data prepared ahead, metrics, validation, states, pause, resume, and stopping in time. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../../../shared/errors';
import { assertRoom } from '../checkpoint/room';
import { type StateSummary, type TrainingState, latestState, listStates, spaceForStates, writeState } from '../checkpoint/state';
import { freeMemory } from '../tensor/freeMemory';
import { BYTES_PER_ELEMENT, sizeOf } from '../tensor/host';
import type { Program, TensorMap } from '../tensor/types';
import { adamScalars, groupScalars } from './adamw';
import { type Batch, batchSource } from './batches';
import { DivergenceWatch } from './divergenceWatch';
import { decayAt } from './ema';
import { rateFactor } from './learningRate';
import { MetricsBuffer } from './metricsBuffer';
import type { RateGroup, TrainOptions, TrainOutcome } from './options';
import { AVERAGE, type TrainStep, WEIGHTS, buildTrainStep, initialState, lastingNames, releaseStart } from './trainStep';
import { trainingHash } from './trainingHash';
import { VALIDATION_SAMPLES, Validation } from './validation';

/**
 * Trains until `train.steps` updates are done or a pause is asked for. Every number is a function of the options: a run that was
 * killed and resumed gives the same losses, bit for bit, as one that was not (on one backend and machine).
 *
 * Throws `AppError`: `cancelled` within one step of the signal; `diverged` when loss or gradient are not finite, before the
 * update, with the last good weights in `stateDir`; `conflict` when `stateDir` holds states of other settings, or any states
 * without `resume`; `invalid-input` when data and model do not fit; `no-space` when the disk lacks room for the states before
 * the start, or when a state cannot be written later.
 */
export async function train(options: TrainOptions): Promise<TrainOutcome> {
  checkFit(options);
  const { train: config, backend, callbacks = {}, stateDir } = options;
  const groups = options.groups ?? { default: { learningRate: config.learningRate, weightDecay: config.weightDecay } };
  const step = buildTrainStep({ ...options, groupOf: options.trainable ?? (() => 'default'), cachedBytes: backend.cachedBytes });
  for (const group of step.groups) if (!groups[group]) throw new Error(`The group "${group}" has no learning rate.`);

  const hash = trainingHash(options, step, groups);
  if (stateDir !== null) await assertRoom(stateDir, spaceForStates(sizeOfState(step)), 'The training states of this run');
  let resumed = stateDir === null ? null : await openStates(stateDir, options.resume ?? false, hash, callbacks.onWarning);
  callbacks.onPhase?.('tracing');
  const program = await backend.compile(step.spec, { threads: config.threads });
  let validation: Validation | null = null;
  try {
    const { weights, data, diffusion, toModel, product, evaluation } = options;
    validation = await Validation.create(backend, data, options.validationSamples ?? VALIDATION_SAMPLES, { model: weights, frozen: step.spec.constants, trained: pick(weights.tensors, step), toModel, product, evaluation, diffusion, batchSize: config.batchSize }, config.threads);
    await program.writeState(resumed?.state ?? initialState(step, weights));
    if (options.giveWeights) releaseStart(step, weights);
    const run = new TrainingRun(options, step, groups, hash, program, validation, resumed?.summary ?? null);
    resumed = null;
    await freeMemory();
    return await run.run();
  } finally {
    await validation?.dispose();
    await program.dispose();
  }
}

class TrainingRun {
  private readonly metrics: MetricsBuffer;
  private readonly watch: DivergenceWatch;
  private readonly batchesOf: (step: number) => Batch[];
  private readonly elapsedBefore: number;
  private readonly startedAt = performance.now();
  private step: number;
  private lossBefore: number | null;
  private lastLoss: number | null;
  private savedStep: number | null;
  /** The last state written before the loss ran away, which is then kept beside the newest ones. */
  private healthyStep: number | null;

  constructor(
    private readonly options: TrainOptions,
    private readonly trainStep: TrainStep,
    private readonly groups: Record<string, RateGroup>,
    private readonly hash: string,
    private readonly program: Program,
    private readonly validation: Validation | null,
    resumed: StateSummary | null,
  ) {
    const { train: config, weights, data, diffusion, callbacks } = options;
    this.metrics = new MetricsBuffer(callbacks?.onMetrics);
    this.watch = new DivergenceWatch(resumed ?? undefined);
    this.batchesOf = batchSource(data, { train: config, timesteps: diffusion.timesteps, nullClass: weights.config.numClasses });
    this.step = resumed?.step ?? 0;
    this.lossBefore = resumed?.lossBefore ?? null;
    this.lastLoss = resumed?.lastLoss ?? null;
    this.healthyStep = resumed?.healthyStep ?? null;
    this.savedStep = resumed?.step ?? null;
    this.elapsedBefore = resumed?.elapsedMs ?? 0;
  }

  async run(): Promise<TrainOutcome> {
    const { train: config, backend, callbacks = {}, control = {} } = this.options;
    try {
      this.throwIfCancelled();
      if (this.step === 0 && this.validation) this.lossBefore = await this.validate(WEIGHTS);
      const { compileMs, macs, stateBytes } = this.program.stats;
      callbacks.onStart?.({ backend: backend.id, step: this.step, steps: config.steps, elapsedMs: this.elapsed(), compileMs, macs, stateBytes });
      callbacks.onPhase?.('training');

      let batches = this.step < config.steps ? this.batchesOf(this.step) : [];
      while (this.step < config.steps) {
        // Lets messages of other processes in; a backend that computes in this thread would keep them out.
        await nextTurn();
        this.throwIfCancelled();
        if (control.pauseRequested?.()) return await this.finish('paused');
        batches = await this.update(batches);
        await this.hooks();
      }
      return await this.finish('completed');
    } finally {
      this.metrics.flush();
    }
  }

  /** One update with these micro-batches. Returns those of the next, made while the backend is busy. */
  private async update(batches: Batch[]): Promise<Batch[]> {
    const { train: config, callbacks = {} } = this.options;
    const started = performance.now();
    const values: Record<string, number> = {};
    let next: Batch[] = [];
    for (const [micro, batch] of batches.entries()) {
      const last = micro === batches.length - 1;
      const running = this.program.run({ ...batch, ...this.scalars(last) });
      if (last && this.step + 1 < config.steps) next = this.batchesOf(this.step + 1);
      const { outputs, committed } = await running;
      if (!committed) await this.diverged(outputs.loss[0], outputs.gradNorm[0]);
      for (const [name, [value]] of Object.entries(outputs)) {
        // Losses are means over the micro-batches; everything else counts as it is at the last one.
        const isLoss = name === 'loss' || name === 'mse' || name === 'vb';
        if (name !== 'guard') values[name] = isLoss ? (values[name] ?? 0) + value / batches.length : value;
      }
    }
    const rates = this.trainStep.groups.map((group) => this.groups[group].learningRate * rateFactor(this.step, config));
    values.learningRate = rates[0];
    if (rates.length > 1) this.trainStep.groups.forEach((group, i) => (values[`learningRate.${group}`] = rates[i]));
    values.imagesPerSecond = (config.batchSize * config.accumulate * 1000) / (performance.now() - started);

    this.step++;
    this.lastLoss = values.loss;
    this.metrics.add({ step: this.step, wall: this.elapsed(), values });
    if (this.watch.observe(this.step, values.loss)) {
      this.healthyStep = this.savedStep;
      callbacks.onWarning?.(`The loss has risen to more than three times its start (step ${this.step}, ${values.loss.toPrecision(3)}). The learning rate is probably too high.`);
    }
    callbacks.onProgress?.(this.step, config.steps);
    return next;
  }

  /** Inputs that depend on the step's number. While gradients gather they are neutral: nothing but the sum changes. */
  private scalars(isUpdate: boolean): Record<string, Float32Array> {
    const { train: config } = this.options;
    const values: Record<string, number> = isUpdate ? { ...adamScalars(this.step, config.beta1, config.beta2) } : { beta1: 1, rest1: 0, beta2: 1, rest2: 0, inverseRootBias2: 1 };
    for (const group of this.trainStep.groups) {
      const { learningRate, weightDecay } = this.groups[group];
      const rate = learningRate * rateFactor(this.step, config);
      const { stepSize, decay } = isUpdate ? groupScalars(this.step, config.beta1, rate, weightDecay) : { stepSize: 0, decay: 1 };
      values[`stepSize.${group}`] = stepSize;
      values[`decay.${group}`] = decay;
    }
    if (this.trainStep.hasAverage) {
      values.emaDecay = isUpdate ? decayAt(this.step, config.emaDecay, config.emaWarmup) : 1;
      values.emaRest = 1 - values.emaDecay;
    }
    if (config.accumulate > 1) values.keepGradient = isUpdate ? 0 : 1;
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Float32Array.of(value)]));
  }

  /** What happens after some updates: validation, samples, states. */
  private async hooks(): Promise<void> {
    const { train: config, stateDir, validateAt, callbacks = {} } = this.options;
    const due = (every: number) => every > 0 && this.step % every === 0 && this.step < config.steps;
    if (due(config.validateEvery) || (this.step < config.steps && validateAt?.includes(this.step))) await this.validate(this.trainStep.hasAverage ? AVERAGE : WEIGHTS);
    if (stateDir !== null && due(config.checkpointEvery)) await this.save(await this.program.viewState(lastingNames(this.trainStep)));
    if (due(config.sampleEvery) && callbacks.onSample) {
      const prefix = this.trainStep.hasAverage ? AVERAGE : WEIGHTS;
      await callbacks.onSample(this.step, { ...this.options.weights, tensors: this.whole(await this.readPart(prefix)) });
    }
  }

  private async validate(prefix: string): Promise<number | null> {
    if (!this.validation) return null;
    this.options.callbacks?.onPhase?.('validating');
    const loss = await this.validation.loss(await this.readPart(prefix), () => this.throwIfCancelled());
    this.metrics.add({ step: this.step, wall: this.elapsed(), values: { validationLoss: loss } });
    this.options.callbacks?.onPhase?.('training');
    return loss;
  }

  private async finish(status: TrainOutcome['status']): Promise<TrainOutcome> {
    const { train: config, weights, stateDir, callbacks = {} } = this.options;
    const state = await this.program.viewState(lastingNames(this.trainStep));
    if (stateDir !== null) await this.save(state);
    const average = this.trainStep.hasAverage ? this.whole(part(state, AVERAGE)) : null;
    const final = { ...weights, tensors: this.whole(part(state, WEIGHTS)) };
    let lossAfter: number | null = null;
    if (status === 'completed') {
      lossAfter = await this.validate(average ? AVERAGE : WEIGHTS);
      if (config.sampleEvery > 0) await callbacks.onSample?.(this.step, { ...final, tensors: average ?? final.tensors });
    }
    return { status, step: this.step, steps: config.steps, weights: final, ema: average, lossBefore: this.lossBefore, lossAfter, lastLoss: this.lastLoss, trainedParameters: trainedParameters(this.trainStep), elapsedMs: this.elapsed() };
  }

  /** The update was not made: the program still holds the last good weights. */
  private async diverged(loss: number, gradNorm: number): Promise<never> {
    if (this.options.stateDir !== null) await this.save(await this.program.viewState(lastingNames(this.trainStep)));
    throw new AppError('diverged', `Training stopped at step ${this.step + 1}: the ${Number.isFinite(loss) ? 'gradient' : 'loss'} is no longer a finite number.`, {
      cause: 'Usually the learning rate is too high, or a picture holds values that are not numbers.',
      hint: 'Start again with a lower learning rate, a longer warm-up, or gradient clipping. The weights before this step are kept.',
      field: 'train.learningRate',
      details: { step: this.step, loss: String(loss), gradNorm: String(gradNorm), lastLoss: this.lastLoss },
    });
  }

  private async save(state: TensorMap): Promise<void> {
    const { stateDir, weights, callbacks = {} } = this.options;
    if (stateDir === null) return;
    this.metrics.flush();
    callbacks.onPhase?.('saving');
    const summary: StateSummary = { step: this.step, configHash: this.hash, model: weights.config, ranks: weights.ranks, lossBefore: this.lossBefore, lastLoss: this.lastLoss, ...this.watch.snapshot(), healthyStep: this.healthyStep, elapsedMs: this.elapsed() };
    const { file, bytes } = await writeState(stateDir, { summary, state, frozen: this.trainStep.spec.constants });
    this.savedStep = this.step;
    callbacks.onState?.({ step: this.step, bytes, file });
    callbacks.onPhase?.('training');
  }

  private async readPart(prefix: string): Promise<TensorMap> {
    return part(await this.program.viewState(this.trainStep.trained.map(({ name }) => prefix + name)), prefix);
  }

  /** Trained tensors together with the frozen ones, in the order of the model. */
  private whole(trained: TensorMap): TensorMap {
    return Object.fromEntries(Object.keys(this.options.weights.tensors).map((name) => [name, trained[name] ?? this.trainStep.spec.constants[name]]));
  }

  private elapsed(): number {
    return this.elapsedBefore + performance.now() - this.startedAt;
  }

  private throwIfCancelled(): void {
    if (this.options.control?.signal?.aborted) throw new AppError('cancelled', 'Cancelled.');
  }
}

/** Tensors whose names begin with `prefix`, without it. */
function part(state: TensorMap, prefix: string): TensorMap {
  return Object.fromEntries(Object.entries(state).flatMap(([name, tensor]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), tensor]] : [])));
}

function pick(tensors: TensorMap, step: TrainStep): TensorMap {
  return Object.fromEntries(step.trained.map(({ name }) => [name, tensors[name]]));
}

function trainedParameters({ trained, spec }: TrainStep): number {
  return trained.reduce((sum, { name }) => sum + sizeOf(spec.state[WEIGHTS + name].shape), 0);
}

/** Bytes of one state on disk, but for its header. */
function sizeOfState(step: TrainStep): number {
  const shapes = [...Object.values(step.spec.constants), ...lastingNames(step).map((name) => step.spec.state[name])];
  return shapes.reduce((sum, { shape }) => sum + BYTES_PER_ELEMENT * sizeOf(shape), 0);
}

async function openStates(dir: string, resume: boolean, hash: string, onWarning?: (message: string) => void): Promise<TrainingState | null> {
  if (!resume) {
    if ((await listStates(dir)).length > 0) throw new AppError('conflict', 'This folder already holds the states of a run.', { hint: 'Resume that run, or start a new one in another folder.', details: { dir } });
    return null;
  }
  const state = await latestState(dir, onWarning);
  if (state && state.summary.configHash !== hash)
    throw new AppError('conflict', 'The saved training state was made under other settings or data, so the run cannot go on from it.', { hint: 'Start a new run from its checkpoint instead.', details: { dir, step: state.summary.step } });
  return state;
}

function checkFit({ weights: { config }, data }: TrainOptions): void {
  const bad = (message: string, field: string) => new AppError('invalid-input', message, { hint: 'Choose a dataset that fits the model, or a model that fits the dataset.', field });
  if (data.size !== config.inputSize) throw bad(`The pictures are ${data.size} pixels wide, the model takes ${config.inputSize}.`, 'model.inputSize');
  if (data.channels !== config.inChannels) throw bad(`The pictures have ${data.channels} channels, the model takes ${config.inChannels}.`, 'model.inChannels');
  if (data.classes !== config.numClasses) throw bad(`The dataset has ${data.classes} classes, the model ${config.numClasses}.`, 'model.numClasses');
  if (data.labels.length === 0) throw bad('The dataset has no pictures to train on.', 'dataset');
}
