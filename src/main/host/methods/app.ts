import { cpus, platform, totalmem } from 'node:os';
import { catalogVersion, measuredGflops } from '../../catalog';
import type { HandlersOf } from '../context';
import { freeDiskBytes } from '../machine';

export const app: HandlersOf<'app'> = {
  'app.info': ({ home, catalog, version }) => ({
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
