/**
 * Everything that must hold, in one command. `node scripts/test.mjs [types] [lint] [imports] [build] [unit] [e2e] [electron]`
 * runs the named stages, or all but the last. Ends with one line "N passed, N failed".
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { environment, findNode, root } from './lib/paths.mjs';

const bin = (...path) => join(root, 'node_modules', ...path);
const reports = join(root, '.tmp', 'reports');
const env = environment({ FORCE_COLOR: process.stdout.isTTY ? '1' : '0' });

function runNode(args) {
  return spawnSync(findNode(), args, { cwd: root, env, stdio: 'inherit' }).status === 0;
}

/** A stage that is one check: passed or failed. */
const check = (args) => () => (runNode(args) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });

/** A stage of vitest: counts its tests; a file that cannot even be loaded counts as one failure. */
const vitest = (name, extra) => () => {
  const report = join(reports, `${name}.json`);
  const ok = runNode([bin('vitest', 'vitest.mjs'), 'run', ...extra, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]);
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const broken = testResults.filter((file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed')).length;
  const failed = numFailedTests + broken;
  return { passed: numPassedTests, failed: ok ? failed : Math.max(1, failed), failures: failuresOf(testResults) };
};

/** Name and first lines of the reason of every test that failed, for the end of the output, where they are looked for. */
function failuresOf(files) {
  return files.flatMap((file) => {
    const where = relative(root, file.name);
    const tests = file.assertionResults.filter((test) => test.status === 'failed').map((test) => [test.fullName, test.failureMessages.join('\n')]);
    if (tests.length === 0 && file.status === 'failed') tests.push(['could not be loaded', file.message]);
    return tests.map(([name, reason]) => `${where}: ${name}\n    ${reason.trim().split('\n').slice(0, 6).join('\n    ')}`);
  });
}

const stages = {
  types: check([bin('typescript', 'bin', 'tsc'), '--noEmit', '-p', '.']),
  lint: check([bin('oxlint', 'bin', 'oxlint'), '--deny-warnings']),
  imports: check([bin('dependency-cruiser', 'bin', 'dependency-cruiser.mjs'), '--config', '.dependency-cruiser.cjs', 'src']),
  build: check([join(root, 'scripts', 'build.mjs')]),
  unit: vitest('unit', []),
  e2e: vitest('e2e', ['--config', 'vitest.e2e.config.ts', '--project', 'application']),
  electron: vitest('electron', ['--config', 'vitest.e2e.config.ts', '--project', 'electron']),
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in stages));
if (unknown.length > 0) {
  process.stderr.write(`There is no stage ${unknown.join(', ')}. Stages: ${Object.keys(stages).join(', ')}.\n`);
  process.exit(2);
}

rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
const results = [];
for (const name of asked.length > 0 ? asked : Object.keys(stages).filter((stage) => stage !== 'electron')) {
  process.stdout.write(`\n== ${name}\n`);
  const notBuilt = name === 'e2e' && results.some((r) => r.name === 'build' && r.failed > 0);
  const started = performance.now();
  const result = notBuilt ? { passed: 0, failed: 1, note: 'not run, because the build failed' } : stages[name]();
  results.push({ name, ...result, seconds: (performance.now() - started) / 1000 });
}

const total = results.reduce((sum, r) => ({ passed: sum.passed + r.passed, failed: sum.failed + r.failed }), { passed: 0, failed: 0 });
process.stdout.write('\n');
for (const r of results) process.stdout.write(`${r.failed === 0 ? 'ok  ' : 'FAIL'} ${r.name.padEnd(8)} ${r.passed} passed, ${r.failed} failed, ${r.seconds.toFixed(0)} s${r.note ? ` (${r.note})` : ''}\n`);
const failures = results.flatMap((r) => r.failures ?? []);
for (const failure of failures) process.stdout.write(`\nFAILED ${failure}\n`);
writeFileSync(join(reports, 'total.json'), JSON.stringify({ ...total, failures }));
process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
process.exit(total.failed === 0 ? 0 : 1);
