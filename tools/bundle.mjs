// Puts each app, already built, and all that it imports into a few files: a service then starts in a third
// of the time, since Node neither looks for nor opens two thousand of them. What apps share is there once.
//
//   node tools/bundle.mjs [app …]     writes apps/<app>/bundle/main.mjs, and a <name>.worker.mjs for each of its threads
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { decode, encode } from '@jridgewell/sourcemap-codec';
import { build } from 'esbuild';

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const APPS = path.join(ROOT, 'apps');
/** As deep as an app's own bundle: a relative path means the same in both. */
const SHARED = path.join('node_modules', '.modelbridge-bundle', 'shared');

/** What Nest and TypeORM load only where a program has it; these have no use for it. */
const ABSENT = [
  ...['@fastify/multipart', '@fastify/static', '@fastify/view'],
  ...['@nestjs/platform-express', '@nestjs/websockets', 'class-transformer', 'class-validator'],
  ...['amqp-connection-manager', 'amqplib', 'ioredis', 'kafkajs', 'mqtt', 'nats', 'redis'],
  ...['@google-cloud/spanner', '@sap/hana-client', 'better-sqlite3', 'mongodb', 'mssql', 'mysql'],
  ...['mysql2', 'oracledb', 'pg-native', 'pg-query-stream', 'react-native-sqlite-storage'],
  ...['sql.js', 'sqlite3', 'typeorm-aurora-data-api-driver'],
  // What ws would take binaries for.
  ...['bufferutil', 'utf-8-validate'],
];
/** Brings a binary, which it looks for beside itself. */
const WITH_BINARIES = ['fs-native-extensions'];

/** A file finds what lies beside its package (migrations, the catalog) where it did before it was bundled. */
const ownUrls = {
  name: 'own-urls',
  setup({ onLoad }) {
    onLoad({ filter: /\/(apps|packages)\/[^/]+\/dist\/.*\.js$/ }, ({ path: file }) => {
      const code = fs.readFileSync(file, 'utf8');
      if (!code.includes('import.meta.url')) return undefined;
      const fromBundle = path.relative(path.join(ROOT, SHARED), file);
      const url = `new URL(${JSON.stringify(fromBundle)}, import.meta.url).href`;
      return { contents: code.replaceAll('import.meta.url', url), loader: 'js' };
    });
  },
};

/** Positions in our own sources only: with all of them Node needs half a second to read the map for one error. */
function keepOwnSources(mapFile) {
  const map = JSON.parse(fs.readFileSync(mapFile, 'utf8'));
  const kept = new Map();
  map.sources.forEach((source, index) => {
    const [folder] = path
      .relative(ROOT, path.resolve(path.dirname(mapFile), source))
      .split(path.sep);
    if (folder === 'apps' || folder === 'packages') kept.set(index, kept.size);
  });
  const lines = decode(map.mappings).map((segments) => {
    const line = [];
    for (const [column, source, sourceLine, sourceColumn] of segments) {
      const own = kept.get(source);
      if (own !== undefined) line.push([column, own, sourceLine, sourceColumn]);
      else if (line.at(-1)?.length > 1) line.push([column]);
    }
    return line;
  });
  const sources = [...kept.keys()].map((index) => map.sources[index]);
  const own = { version: map.version, sources, names: [], mappings: encode(lines) };
  fs.writeFileSync(mapFile, JSON.stringify(own));
}

/** What runs by itself: a process, or a thread of one. */
const isEntry = (file) => file === 'main.js' || file.endsWith('.worker.js');

const named = process.argv.slice(2);
const apps = named.length > 0 ? named : fs.readdirSync(APPS);
const { metafile } = await build({
  absWorkingDir: ROOT,
  entryPoints: apps.flatMap((app) => {
    const dist = path.join(APPS, app, 'dist');
    const entries = fs.readdirSync(dist).filter(isEntry);
    return entries.map((file) => ({
      in: path.join(dist, file),
      out: path.join('apps', app, 'bundle', path.basename(file, '.js')),
    }));
  }),
  outdir: ROOT,
  chunkNames: `${SHARED}/[name]-[hash]`,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  // Nest and the logs know classes by their names.
  keepNames: true,
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: 'linked',
  sourcesContent: false,
  external: [...ABSENT.flatMap((name) => [name, `${name}/*`]), ...WITH_BINARIES],
  // Before everything else, also where shared code runs before a service's own first import.
  inject: [createRequire(path.join(ROOT, 'packages/service-kit/')).resolve('reflect-metadata')],
  plugins: [ownUrls],
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
  metafile: true,
  logLevel: 'warning',
});
const written = Object.keys(metafile.outputs);
for (const file of written) if (file.endsWith('.map')) keepOwnSources(path.join(ROOT, file));
for (const file of fs.readdirSync(path.join(ROOT, SHARED))) {
  if (!written.includes(path.join(SHARED, file))) fs.rmSync(path.join(ROOT, SHARED, file));
}
