import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Checkpoint, Run } from '../../../src/shared/entities';
import { temporaryFolders } from '../support/application';
import { readTensors } from '../support/safetensors';
import { Desktop, startScreen, until, type Screen } from './desktop';
import { packageApplication } from './packaging';

const folders = temporaryFolders();
let installed: string;
let screen: Screen;
let desktop: Desktop;
let home: string;

const installedFile = (...path: string[]): string => join(installed, ...path);
const installedText = (...path: string[]): string => readFileSync(installedFile(...path), 'utf8');

beforeAll(async () => {
  const folder = folders.make('package');
  const { deb } = await packageApplication(folder);
  installed = folders.make('installed');
  execFileSync('dpkg-deb', ['--extract', deb, installed]);
  screen = await startScreen();
}, 600_000);

afterAll(() => {
  desktop?.kill();
  screen?.stop();
  folders.remove();
});

describe('the packaged application', () => {
  it('tells the system its name, its icons and the files that it opens', () => {
    const entry = installedText('usr/share/applications/fine-studio.desktop');
    expect(entry).toMatch(/^Exec="\/opt\/FINE Studio\/fine-studio" %U$/m);
    expect(entry).toMatch(/^MimeType=application\/x-fine-learngene;$/m);
    expect(entry).toMatch(/^Icon=fine-studio$/m);
    expect(entry).toMatch(/^StartupWMClass=fine-studio$/m);
    const mime = installedText('usr/share/mime/packages/fine-studio.xml');
    expect(mime).toContain('<mime-type type="application/x-fine-learngene">');
    expect(mime).toContain('<glob pattern="*.learngene.safetensors"/>');
    for (const size of [16, 32, 48, 128, 256, 512]) {
      const icon = readFileSync(installedFile(`usr/share/icons/hicolor/${size}x${size}/apps/fine-studio.png`));
      expect([icon.readUInt32BE(16), icon.readUInt32BE(20)]).toEqual([size, size]);
    }
  });

  it('carries Node, the programs and the native code of this platform as files, and no other platform’s', () => {
    const resources = installedFile('opt/FINE Studio/resources');
    const modules = join(resources, 'app.asar.unpacked/node_modules');
    expect(execFileSync(join(resources, 'node'), ['--version'], { encoding: 'utf8' })).toMatch(/^v2[2-9]\./);
    for (const file of ['host.js', 'worker.js', 'cli.js']) expect(existsSync(join(resources, 'app.asar.unpacked/out/main', file)), file).toBe(true);
    // The shell is in the archive only, where a current Electron checks its integrity.
    expect(readdirSync(join(resources, 'app.asar.unpacked/out/main')).some((name) => name.startsWith('index.'))).toBe(false);
    expect(readdirSync(join(modules, 'onnxruntime-node/bin/napi-v6'))).toEqual([process.platform]);
    expect(readdirSync(join(modules, 'better-sqlite3/prebuilds'))).toEqual([`${process.platform}-${process.arch}.node`]);
  });

  it('starts, and its host runs on the Node that it carries', async () => {
    home = folders.make('package-home');
    desktop = await Desktop.start({ command: [installedFile('opt/FINE Studio/fine-studio')], home, userData: folders.make('package-user'), display: screen.display });
    await desktop.seeText('Welcome');
    await desktop.seeText('Connected');
    const { pid } = JSON.parse(readFileSync(join(home, 'host.json'), 'utf8')) as { pid: number };
    expect(readlinkSync(`/proc/${pid}/exe`)).toBe(installedFile('opt/FINE Studio/resources/node'));
  });

  it('has the window class that its menu entry names, so that the two are one in the dock', () => {
    expect(desktop.windowsOfClass('^fine-studio$')).not.toEqual([]);
  });

  it('trains a run to its checkpoint, with no file of the project in reach', async () => {
    const train = { steps: 12, batchSize: 8, checkpointEvery: 6, sampleEvery: 0 };
    const { runs } = await desktop.invoke<{ runs: Run[] }>('runs.start', { kind: 'pretrain', params: { datasetId: 'builtin:emoji', name: 'Packaged run', hiddenSize: 16, depth: 1, heads: 2, patchSize: 8, rank: 8, train } });
    const id = runs[0]!.id;
    await desktop.evaluate(`{ location.hash = '#/runs/${id}'; }`);
    await desktop.seeText('Completed', 90_000);
    const run = await desktop.invoke<Run>('runs.get', { id });
    expect(run).toMatchObject({ status: 'completed', step: 12 });
    const [checkpoint] = await until('the checkpoint', async () => {
      const all = await desktop.invoke<Checkpoint[]>('checkpoints.list', {});
      return all.length > 0 ? all : null;
    });
    const tensors = readTensors(join(home, checkpoint!.file));
    const values = Object.values(tensors).flatMap((tensor) => [...(tensor.data as Float32Array)]);
    expect(values.length).toBeGreaterThan(1000);
    expect(values.every(Number.isFinite)).toBe(true);
  });

  it('ends with its window, and its host with it', async () => {
    const { pid } = JSON.parse(readFileSync(join(home, 'host.json'), 'utf8')) as { pid: number };
    await desktop.evaluate('window.close()');
    expect(await desktop.ended()).toBe(0);
    await until('the host to end', () => !existsSync(`/proc/${pid}`));
  });
});
