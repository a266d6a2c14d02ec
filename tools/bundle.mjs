// Puts each app, already built, and all that it imports into a few files, together with what V8 compiles of them: a
// service then starts in a quarter of the time, since Node neither looks for, opens nor compiles two thousand of them.
// What apps share is there once.
//
//   node tools/bundle.mjs [app …]     writes apps/<app>/bundle/main.cjs, and a <name>.worker.cjs for each of its
//                                     threads; without a name of all apps, and the service of service-kit's tests
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { build } from 'esbuild';
import { compile, MODULES, OUT, ROOT, TARGET, writeScripts } from './bundler/scripts.mjs';

const APPS = path.join(ROOT, 'apps');
/** As deep as an app's own bundle: a relative path means the same in both. */
const SHARED = path.join(OUT, 'shared');

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
/** Look for a binary, or for fonts, beside themselves. */
const WITH_FILES = ['fs-native-extensions', 'pdfkit'];

/** A file finds what lies beside its package (migrations, the catalog) where it did before it was bundled. */
const ownUrls = {
  name: 'own-urls',
  setup({ onLoad }) {
    onLoad({ filter: /\/(apps|packages)\/[^/]+\/dist\/.*\.js$/ }, ({ path: file }) => {
      const code = fs.readFileSync(file, 'utf8');
      if (!code.includes('import.meta.url')) return undefined;
      const fromBundle = JSON.stringify(path.relative(path.join(ROOT, SHARED), file));
      const url = `require('node:url').pathToFileURL(require('node:path').join(__dirname, ${fromBundle})).href`;
      return { contents: code.replaceAll('import.meta.url', url), loader: 'js' };
    });
  },
};

/** What runs by itself: a process, or a thread of one. */
const isEntry = (file) => file === 'main.js' || file.endsWith('.worker.js');

/** The web app is none: it runs in browsers. */
const isService = (app) => fs.existsSync(path.join(APPS, app, 'dist', 'main.js'));

function entriesOf(app) {
  const dist = path.join(APPS, app, 'dist');
  const files = fs.readdirSync(dist).filter(isEntry);
  return files.map((file) => ({
    in: path.join(dist, file),
    out: path.join('apps', app, 'bundle', path.basename(file, '.js')),
  }));
}

/** Started by tests as services are. */
const FIXTURE = {
  in: path.join(ROOT, 'packages', 'service-kit', 'fixtures', 'service.mjs'),
  out: path.join('packages', 'service-kit', 'bundle', 'fixture'),
};

/** Resolves with the ES modules below MODULES. */
async function bundleModules(entries) {
  fs.rmSync(path.join(ROOT, MODULES), { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: entries,
    outdir: MODULES,
    chunkNames: `${SHARED}/[name]-[hash]`,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: TARGET,
    // Nest and the logs know classes by their names.
    keepNames: true,
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: 'linked',
    sourcesContent: false,
    external: [...ABSENT.flatMap((name) => [name, `${name}/*`]), ...WITH_FILES],
    // Before everything else, also where shared code runs before a service's own first import.
    inject: [createRequire(path.join(ROOT, 'packages/service-kit/')).resolve('reflect-metadata')],
    plugins: [ownUrls],
    metafile: true,
    logLevel: 'warning',
  });
  return Object.keys(metafile.outputs).filter((file) => file.endsWith('.cjs'));
}

/** Leaves what is written alone. */
function removeOthers(written) {
  const folders = new Set(written.map((file) => path.dirname(file)));
  for (const folder of folders) {
    for (const name of fs.readdirSync(folder)) {
      const file = path.join(folder, name);
      if (!written.includes(file)) fs.rmSync(file, { recursive: true });
    }
  }
}

const named = process.argv.slice(2);
const entries =
  named.length > 0
    ? named.flatMap(entriesOf)
    : [...fs.readdirSync(APPS).filter(isService).flatMap(entriesOf), FIXTURE];
const written = await writeScripts(await bundleModules(entries));
removeOthers(written);
compile(entries.map(({ out }) => path.join(ROOT, `${out}.cjs`)));
