/** A tiny training in a process of its own, to be killed. Prints one line "step loss" per update, straight to the descriptor. */
import { writeSync } from 'node:fs';
import { toErrorInfo } from '../../src/shared/errors';
import { getBackend } from '../../src/main/engine/tensor/backends';
import { train } from '../../src/main/engine/train';
import { tinyData, tinyDiffusion, tinyTrain, tinyWeights } from '../../src/main/engine/train/testkit';

export interface ChildTask {
  backend: 'tfjs-cpu' | 'onnxruntime';
  stateDir: string;
  steps: number;
  checkpointEvery: number;
}

const task = JSON.parse(process.argv[2]) as ChildTask;
try {
  const outcome = await train({
    weights: tinyWeights('factorised'),
    data: tinyData(),
    diffusion: tinyDiffusion,
    train: tinyTrain({ steps: task.steps, checkpointEvery: task.checkpointEvery, threads: 1 }),
    backend: getBackend(task.backend),
    stateDir: task.stateDir,
    resume: true,
    validationSamples: 4,
    callbacks: {
      onStart: ({ step }) => writeSync(1, `start ${step}\n`),
      onMetrics: (rows) => {
        for (const { step, values } of rows) if (values.loss !== undefined) writeSync(1, `${step} ${values.loss}\n`);
      },
      onState: ({ step }) => writeSync(1, `state ${step}\n`),
      onWarning: (message) => writeSync(1, `warning ${message}\n`),
    },
  });
  writeSync(1, `done ${outcome.lossAfter}\n`);
} catch (error) {
  writeSync(1, `error ${JSON.stringify(toErrorInfo(error))}\n`);
  process.exitCode = 1;
}
