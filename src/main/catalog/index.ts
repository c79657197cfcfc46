/** The catalogue's public face: the host imports from here. */
export { acquireLock } from './lock';
export { catalogVersion, openCatalog, write, type Catalog } from './open';
export { listBackups } from './backup';
export { newId } from './ids';
export { datasets, isPrepared, listDatasets, setPrepared } from './datasets';
export { checkpoints, listCheckpoints } from './checkpoints';
export { learngenes, listLearngenes } from './learngenes';
export { exportsTable, listExports } from './exports';
export { addSample, listSamples, samples } from './samples';
export { getSettings, setSettings } from './settings';
export { appendLog, readLog } from './log';
export { measuredGflops, measuredSpeeds, recordSpeed } from './speeds';
export * from './runs';
export { listRuns } from './run-list';
export { appendMetrics, truncateMetrics, type MetricRow } from './metrics';
export { readSeries } from './series';
export { datasetOfCheckpoint, lineage } from './lineage';
export { eraseRows, locate, setTrashed, type TrashItem } from './trash';
