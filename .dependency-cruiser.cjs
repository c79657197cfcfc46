/** The one-way imports of docs/architecture.md, as rules: every arrow that is not allowed is an error. */
const only = (name, comment, modules, allowed) => ({
  name,
  comment,
  severity: 'error',
  from: { path: '^src/', pathNot: [...allowed, '\\.test\\.tsx?$'] },
  to: { path: modules },
});

const layer = (from, allowed, comment) => ({
  name: `${from.replaceAll('/', '-')}-imports`,
  comment,
  severity: 'error',
  from: { path: `^src/${from}/`, pathNot: '\\.test\\.tsx?$' },
  to: { path: '^src/', pathNot: [from, ...allowed].map((folder) => `^src/${folder}/`) },
});

module.exports = {
  forbidden: [
    layer('shared', [], 'What everybody shares depends on nobody.'),
    layer('preload', ['shared'], 'The bridge knows only the contracts.'),
    layer('renderer', ['shared'], 'The window reaches the host through the protocol alone.'),
    layer('main/shell', ['shared'], 'The shell starts the host by path and talks the protocol.'),
    layer('main/host', ['shared', 'main/catalog'], 'The host starts workers by path.'),
    layer('main/worker', ['shared', 'main/engine'], 'A worker knows its job and the engine.'),
    layer('main/engine', ['shared'], 'The engine runs without a catalogue.'),
    layer('main/catalog', ['shared'], 'The catalogue runs without an engine.'),
    only('electron-in-shell', 'Everything but shell and preload runs in plain Node or in a browser.', '^electron$|(^|/)node_modules/electron/', ['^src/main/index\\.ts$', '^src/main/shell/', '^src/preload/']),
    only('sqlite-in-catalog', 'SQL stays behind typed functions.', 'node_modules/better-sqlite3', ['^src/main/catalog/']),
    only('tensors-in-engine', 'Native tensor libraries stay behind the backend interface.', 'node_modules/(onnxruntime-node|koffi|@tensorflow/tfjs-node(-gpu)?)/', ['^src/main/engine/tensor/']),
    only('tfjs-in-engine', 'The model is written once, in tfjs operations, in the engine.', 'node_modules/@tensorflow/', ['^src/main/engine/']),
    { name: 'no-cycles', comment: 'Types may refer to each other, and a screen that is loaded later may look back at its frame; other values may not.', severity: 'error', from: { path: '^src/' }, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only', 'dynamic-import'] } } },
    {
      name: 'no-orphans',
      comment: 'A file that nobody imports is either an entry or dead.',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: ['\\.d\\.ts$', '\\.test\\.tsx?$', '^src/main/index\\.ts$'] },
      to: {},
    },
    { name: 'resolvable', severity: 'error', from: { path: '^src/' }, to: { couldNotResolve: true, pathNot: ['^electron$'] } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(out|dist)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.css'], exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
  },
};
