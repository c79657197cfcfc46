/**
 * Packages for Linux, Windows and macOS. The host and the workers are plain Node programs: their scripts and packages are
 * unpacked beside the archive, and the Node binary they run on is a resource.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = import.meta.dirname;
const names = { linux: 'linux', win32: 'win', darwin: 'darwin' };

/** The npm package that carries Node for a platform; on a machine of another platform npm did not install it. */
function nodePackage(platform, arch) {
  return [`node-${names[platform]}-${arch}`, `node-bin-${names[platform]}-${arch}`].find((name) => existsSync(join(root, 'node_modules', name)));
}

const nodeResource = (platform, arch) => {
  const name = nodePackage(platform, arch);
  const file = platform === 'win32' ? 'node.exe' : 'node';
  return name ? [{ from: `node_modules/${name}/bin/${file}`, to: file }] : [];
};

const learngeneFiles = (ext) => ({ ext, name: 'FINE learngene', description: 'Learngene of FINE Studio', mimeType: 'application/x-fine-learngene', role: 'Editor' });

/** @type {import('electron-builder').Configuration} */
export default {
  appId: 'org.fine-studio.app',
  productName: 'FINE Studio',
  copyright: 'Copyright © FINE Studio contributors',
  directories: { output: 'dist', buildResources: 'resources/icons' },
  files: [
    'out/{main,preload,renderer}/**',
    'resources/**',
    'package.json',
    'LICENSE',
    'THIRD-PARTY-NOTICES.md',
    '!**/*.map',
    // Native code for other platforms, and the sources of what is prebuilt.
    '!node_modules/onnxruntime-node/bin/*/!(${platform})/**',
    '!node_modules/onnxruntime-node/bin/*/*/!(${arch})/**',
    '!node_modules/better-sqlite3/prebuilds/!(${platform}-${arch}).node',
    '!node_modules/better-sqlite3/{deps,src}/**',
    '!node_modules/node-*/**',
    '!node_modules/@tensorflow/tfjs-node*/deps/**',
  ],
  asar: true,
  // Plain Node cannot read inside the archive. The shell stays in it, where its integrity is checked.
  // Packagers take C++ for a leftover of a build; this is compiled when a person installs TensorFlow.
  extraResources: [{ from: 'node_modules/@tensorflow/tfjs-node-gpu/binding', to: 'tfjs-binding' }],
  asarUnpack: ['out/main/**', '!out/main/index.*', 'out/renderer/**', 'resources/**', 'package.json', 'node_modules/**'],
  // All native modules are Node-API prebuilds for the shipped Node; none is for Electron's own.
  npmRebuild: false,
  nodeGypRebuild: false,
  // A Debian package must have a home page; by the desktop's name the dock knows which menu entry a window belongs to.
  extraMetadata: { homepage: 'https://arxiv.org/abs/2409.19289', desktopName: 'fine-studio.desktop' },
  electronFuses: {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
  },
  linux: {
    target: ['AppImage', 'deb'],
    category: 'Science',
    icon: 'resources/icons',
    synopsis: 'Diffusion models of any size from one learngene',
    maintainer: 'FINE Studio contributors',
    executableName: 'fine-studio',
    syncDesktopName: true,
    extraResources: nodeResource('linux', process.arch),
    fileAssociations: [learngeneFiles('learngene.safetensors')],
  },
  deb: { depends: ['libgtk-3-0', 'libnotify4', 'libnss3', 'libxss1', 'libxtst6', 'xdg-utils', 'libatspi2.0-0', 'libuuid1', 'libsecret-1-0', 'libgbm1', 'libasound2'] },
  win: {
    target: ['nsis'],
    icon: 'resources/icons/512x512.png',
    extraResources: nodeResource('win32', 'x64'),
    // Windows knows the last part of a name only; the application refuses what is no learngene.
    fileAssociations: [learngeneFiles('safetensors')],
  },
  nsis: { oneClick: false, perMachine: false, allowToChangeInstallationDirectory: true },
  mac: {
    target: ['dmg'],
    icon: 'resources/icons/1024x1024.png',
    category: 'public.app-category.developer-tools',
    hardenedRuntime: true,
    extraResources: nodeResource('darwin', process.arch),
    fileAssociations: [{ ...learngeneFiles('safetensors'), rank: 'Alternate' }],
  },
};
