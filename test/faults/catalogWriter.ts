/** Writes rows to the catalogue given as argument for ever, and says each number once it is safe; for tests that kill it. */
import { appendLog, insertRun, openCatalog, write } from '../../src/main/catalog';
import { exampleRun } from '../helpers/rows';

const [file, runId] = process.argv.slice(2);
const catalog = openCatalog(file!);
write(catalog, () => {
  if (!catalog.prepare('SELECT 1 FROM runs WHERE id = ?').get(runId)) insertRun(catalog, exampleRun({ id: runId! }));
});
process.stdout.write('ready\n');
for (;;) process.stdout.write(`${appendLog(catalog, runId!, 'info', 'x'.repeat(500)).n}\n`);
