/** Writes THIRD-PARTY-NOTICES.md: every package that is part of the application, bundled or beside it, with its licence text. */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './lib/paths.mjs';

const file = join(root, 'THIRD-PARTY-NOTICES.md');
const modules = join(root, 'node_modules');
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** Packages that the sources import, tests aside; type-only imports leave nothing in the build. */
function importedPackages(folder = join(root, 'src'), found = new Set()) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) importedPackages(path, found);
    else if (/\.(tsx?|css)$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name)) {
      for (const [, type, name] of readFileSync(path, 'utf8').matchAll(/(?:^|\n)\s*(?:import|export)\s+(type\s)?(?:[^'"]*?from\s*)?['"]((?:@[\w.-]+\/)?[\w.-]+)[^'"]*['"]/g)) if (!type) found.add(name);
    }
  }
  return found;
}

/** Where Node would find `name` from `folder`. */
function locate(name, folder) {
  for (let dir = folder; dir.length >= root.length; dir = join(dir, '..')) {
    const candidate = join(dir, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
  }
  return null;
}

/** Everything reachable through `dependencies`, optional ones of this platform included. */
function closure(names) {
  const found = new Map();
  const visit = (name, from) => {
    const folder = locate(name, from);
    if (!folder) return;
    const info = readJson(join(folder, 'package.json'));
    const key = `${info.name}@${info.version}`;
    if (found.has(key) || info.name.startsWith('@types/')) return;
    found.set(key, { folder, info });
    for (const next of Object.keys({ ...info.dependencies, ...info.optionalDependencies })) visit(next, folder);
  };
  for (const name of names) visit(name, root);
  return [...found.values()].toSorted((a, b) => a.info.name.localeCompare(b.info.name) || a.info.version.localeCompare(b.info.version));
}

function licenceText(folder) {
  const names = readdirSync(folder).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name)).toSorted();
  return names.map((name) => readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n').trim()).join('\n\n');
}

const licenceName = ({ license, licenses }) => (typeof license === 'string' ? license : (license?.type ?? licenses?.map((l) => l.type).join(' or ') ?? 'not stated'));

const own = readJson(join(root, 'package.json'));
const packages = closure([...Object.keys(own.dependencies), ...[...importedPackages()].filter((name) => existsSync(join(modules, name)) && name !== 'electron')]);

const byText = new Map();
for (const { folder, info } of packages) {
  const text = licenceText(folder);
  byText.set(text, [...(byText.get(text) ?? []), info]);
}

const lines = [
  '# Third-party notices',
  '',
  'FINE Studio contains or is shipped with the works below. This file is written by `npm run notices`.',
  '',
  '- **Node.js** runs the host and the workers: MIT and the licences of its parts, <https://github.com/nodejs/node/blob/main/LICENSE>.',
  '- **Electron**, with Chromium, draws the desktop window: MIT and BSD; the files LICENSE and LICENSES.chromium.html lie beside it in a package.',
  '- **Emoji artwork**: Twemoji, copyright Twitter, Inc and other contributors, [CC-BY 4.0](https://creativecommons.org/licenses/by/4.0/), scaled down.',
  '',
  '| package | version | licence |',
  '|---|---|---|',
  ...packages.map(({ info }) => `| ${info.name} | ${info.version} | ${licenceName(info)} |`),
  '',
  '## Licence texts',
  '',
];
for (const [text, infos] of byText) {
  lines.push(`### ${infos.map((info) => info.name).join(', ')}`, '');
  if (text) lines.push(...text.split('\n').map((line) => `    ${line}`.trimEnd()), '');
  else lines.push(`The packages carry no licence file; they state: ${[...new Set(infos.map(licenceName))].join(', ')}.`, '');
}
const content = `${lines.join('\n').trimEnd()}\n`;

writeFileSync(file, content);
process.stdout.write(`${packages.length} packages\n`);
