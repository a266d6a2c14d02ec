// Makes scripts of ES modules, since of a script Node can keep what V8 has compiled.
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

const BEYOND_ASCII = /[^\0-\x7f]/g;

/**
 * What esbuild leaves as it is (regular expressions, tagged templates), as escapes: scripts are loaded as Latin-1, which is
 * quicker, and as which other characters would come out.
 */
function asciiOf(code) {
  if (/\\[^\0-\x7f]/.test(code)) throw new Error('a backslash before a character beyond ASCII');
  return code.replaceAll(
    BEYOND_ASCII,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** By how much escapes before a column have moved it, in each line. */
function movesOf(code) {
  return code.split('\n').map((line) => {
    const at = [...line.matchAll(BEYOND_ASCII)].map(({ index }) => index);
    return (column) => 5 * at.filter((index) => index < column).length;
  });
}

/** Positions in our own sources only: with all of them Node needs half a second to read the map for one error. */
function ownSourcesOf(text, directory, code) {
  const moves = movesOf(code);
  const map = JSON.parse(text);
  const kept = new Map();
  map.sources.forEach((source, index) => {
    const [folder] = path.relative(ROOT, path.resolve(directory, source)).split(path.sep);
    if (folder === 'apps' || folder === 'packages') kept.set(index, kept.size);
  });
  const lines = decode(map.mappings).map((segments, number) => {
    const line = [];
    for (const [before, source, sourceLine, sourceColumn] of segments) {
      const column = before + moves[number](before);
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
    // What is imported late is a script too.
    supported: { 'dynamic-import': false },
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
  const directory = path.dirname(file);
  fs.mkdirSync(directory, { recursive: true });
  const hash = createHash('sha256').update(code).digest('hex').slice(0, 16);
  const name = `${path.basename(file, '.cjs')}-${hash}`;
  fs.writeFileSync(path.join(directory, `${name}.code`), asciiOf(code));
  fs.writeFileSync(path.join(directory, `${name}.map`), ownSourcesOf(map, directory, code));
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
