#!/usr/bin/env node
/**
 * Builds the Debian package that electron-builder asks fpm for, with Debian's own dpkg-deb: fpm is a Ruby program that
 * electron-builder downloads, which many machines may not. Takes those of fpm's arguments that electron-builder gives.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync, copyFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

const text = { type: 'string' };
const list = { type: 'string', multiple: true };
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    s: { ...text, short: 's' }, t: { ...text, short: 't' }, depends: { ...list, short: 'd' }, 'deb-recommends': list, 'deb-compression': text, 'deb-priority': text, architecture: text, 'after-install': text,
    'after-remove': text, description: text, version: text, package: text, name: text, maintainer: text, vendor: text, url: text, license: text, category: text, force: { type: 'boolean' },
  },
});

const folder = mkdtempSync(join(tmpdir(), 'deb-'));
chmodSync(folder, 0o755);
try {
  for (const mapping of positionals) {
    const at = mapping.lastIndexOf('=');
    const [from, to] = [mapping.slice(0, at), join(folder, mapping.slice(at + 1))];
    mkdirSync(dirname(to), { recursive: true });
    cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  }
  const [synopsis, ...rest] = values.description.trim().split('\n').map((line) => line.trim());
  const fields = {
    Package: values.name, Version: values.version, Architecture: values.architecture, Maintainer: values.maintainer, Depends: values.depends?.join(', '), Recommends: values['deb-recommends']?.join(', '),
    Priority: values['deb-priority'], Homepage: values.url, Description: [synopsis, ...rest.filter(Boolean)].join('\n '),
  };
  mkdirSync(join(folder, 'DEBIAN'));
  writeFileSync(join(folder, 'DEBIAN', 'control'), `${Object.entries(fields).filter(([, value]) => value).map(([name, value]) => `${name}: ${value}`).join('\n')}\n`);
  for (const [name, script] of [['postinst', values['after-install']], ['postrm', values['after-remove']]]) {
    copyFileSync(script, join(folder, 'DEBIAN', name));
    chmodSync(join(folder, 'DEBIAN', name), 0o755);
  }
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zgzip', '-z1', '--build', folder, values.package], { stdio: 'inherit' });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
