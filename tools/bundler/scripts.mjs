// Makes scripts of ES modules, since of a script Node can keep what V8 has compiled.
import { Buffer, isAscii } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { decode, encode } from '@jridgewell/sourcemap-codec';
import { build } from 'esbuild';

const HERE = path.dirname(fileURLToPath(import.meta.url));
export const ROOT = path.dirname(path.dirname(HERE));
export const TARGET = 'node20.19';
export const OUT = path.join('node_modules', '.modelbridge-bundle');
/** Only files of ES modules can share code: the scripts are made of these. */
export const MODULES = path.join(OUT, 'modules');
const LOADER = path.join(OUT, 'load.cjs');

/** Positions in our own sources only: with all of them Node needs half a second to read the map for one error. */
function ownSourcesOf(text, directory) {
  const map = JSON.parse(text);
  const kept = new Map();
  map.sources.forEach((source, index) => {
    const [folder] = path.relative(ROOT, path.resolve(directory, source)).split(path.sep);
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
  return JSON.stringify({ version: map.version, sources, names: [], mappings: encode(lines) });
}

/** Resolves with the scripts that the modules become, each followed by its map. */
async function scriptsOf(modules) {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: modules,
    outbase: MODULES,
    outdir: ROOT,
    outExtension: { '.js': '.cjs' },
    platform: 'node',
    format: 'cjs',
    target: TARGET,
    supported: {
      // What is imported late is a script too.
      'dynamic-import': false,
      // One that is tagged would keep the characters that every other text has as escapes.
      'template-literal': false,
    },
    minifyWhitespace: true,
    sourcemap: 'external',
    sourcesContent: false,
    banner: { js: '(function(exports,require,module,__filename,__dirname){' },
    footer: { js: '})' },
    write: false,
    logLevel: 'warning',
  });
  return outputFiles;
}

/** Written first, and named by what it holds: a file that is there has all that it needs. */
function writeScript(file, code, map) {
  // They are loaded as Latin-1, which is quicker, and would come out as other characters.
  if (!isAscii(Buffer.from(code))) throw new Error(`${file} has characters beyond ASCII`);
  const directory = path.dirname(file);
  fs.mkdirSync(directory, { recursive: true });
  const hash = createHash('sha256').update(code).digest('hex').slice(0, 16);
  const name = `${path.basename(file, '.cjs')}-${hash}`;
  fs.writeFileSync(path.join(directory, `${name}.code`), code);
  fs.writeFileSync(path.join(directory, `${name}.map`), ownSourcesOf(map, directory));
  const loader = JSON.stringify(path.relative(directory, path.join(ROOT, LOADER)));
  fs.writeFileSync(
    `${file}.new`,
    `require(${loader})(module, require, ${JSON.stringify(name)});\n//# sourceMappingURL=${name}.map\n`,
  );
  fs.renameSync(`${file}.new`, file);
  return [file, path.join(directory, `${name}.code`), path.join(directory, `${name}.map`)];
}

/** Turns modules below MODULES into scripts in their places below ROOT. Resolves with all files written. */
export async function writeScripts(modules) {
  fs.mkdirSync(path.join(ROOT, OUT), { recursive: true });
  fs.copyFileSync(path.join(HERE, 'load.cjs'), path.join(ROOT, LOADER));
  const outputs = new Map((await scriptsOf(modules)).map(({ path: file, text }) => [file, text]));
  const written = [...outputs].flatMap(([file, text]) =>
    file.endsWith('.cjs') ? writeScript(file, text, outputs.get(`${file}.map`)) : [],
  );
  fs.rmSync(path.join(ROOT, MODULES), { recursive: true });
  return written;
}

/** Keeps what V8 has compiled of the files by the time they are loaded. */
export function compile(files) {
  const { status, stderr } = spawnSync(
    process.execPath,
    [path.join(HERE, 'compile.cjs'), path.join(ROOT, LOADER), ...files],
    { cwd: ROOT, env: {}, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`the bundles could not be loaded: ${stderr}`);
}
