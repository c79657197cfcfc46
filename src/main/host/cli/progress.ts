/** Progress on standard error: bars on a terminal, a line now and then elsewhere. */
import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import { duration } from '../units';

const LINE_EVERY_MS = 3000;

export interface Meter {
  update(done: number, details: { loss?: number; etaMs?: number | null; phase?: string }): void;
  end(word: string): void;
}

export class Progress {
  private readonly bars = process.stderr.isTTY
    ? new MultiBar({ stream: process.stderr, hideCursor: true, clearOnComplete: false, format: '{label} [{bar}] {value}/{total}  {details}', barsize: 24 }, Presets.rect)
    : null;

  meter(label: string, total: number): Meter {
    return this.bars ? barMeter(this.bars.create(total, 0, { label, details: '' })) : lineMeter(label, total);
  }

  stop(): void {
    this.bars?.stop();
  }
}

function detailText({ loss, etaMs, phase }: Parameters<Meter['update']>[1]): string {
  return [loss !== undefined && `loss ${loss.toFixed(4)}`, etaMs != null && `${duration(etaMs)} left`, phase].filter(Boolean).join('  ');
}

function barMeter(bar: SingleBar): Meter {
  return {
    update: (done, details) => bar.update(done, { details: detailText(details) }),
    end: (word) => {
      bar.update({ details: word });
      bar.stop();
    },
  };
}

function lineMeter(label: string, total: number): Meter {
  let last = -Infinity;
  return {
    update: (done, details) => {
      const now = performance.now();
      if (now - last < LINE_EVERY_MS) return;
      last = now;
      process.stderr.write(`${label}: ${done}/${total}  ${detailText(details)}\n`);
    },
    end: (word) => process.stderr.write(`${label}: ${word}\n`),
  };
}
