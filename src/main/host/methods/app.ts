import { cpus, platform, totalmem } from 'node:os';
import { catalogVersion, measuredGflops } from '../../catalog';
import { testStepGflops } from '../choose-backend';
import type { HandlersOf } from '../context';
import { freeDiskBytes } from '../machine';

export const app: HandlersOf<'app'> = {
  'app.info': ({ home, catalog, version }) => ({
    testStepGflops: testStepGflops({ home }),
    version,
    home: home.root,
    platform: platform(),
    cpus: cpus().length,
    cpuModel: cpus()[0]?.model.trim() ?? 'unknown',
    memoryBytes: totalmem(),
    freeDiskBytes: freeDiskBytes(home.root),
    gflops: measuredGflops(catalog),
    catalogVersion: catalogVersion(catalog),
  }),
};
