// What a package offers and nobody outside it imports is not offered. Contracts are shapes for others: exempt.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const EXEMPT = new Set(['contracts', 'dashboard-api']);
const CLAUSE = /(?:import|export)\s+(?:type\s+)?\{([^}]*)\}\s*from\s*'([^']+)'/g;
const DYNAMIC = /\{([^}]*)\}\s*=\s*await import\('([^']+)'\)/g;
const DECLARED =
  /export\s+(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:const|function|class|interface|type)\s+(\w+)/g;

const files = execFileSync(
  'git',
  ['ls-files', '-co', '--exclude-standard', '*.ts', '*.tsx', '*.mjs'],
  {
    encoding: 'utf8',
  },
)
  .split('\n')
  .filter((file) => file !== '' && existsSync(file));
const texts = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));

/** The names in a clause such as `a, type B, c as d`, as the exporting side calls them. */
function namesIn(clause) {
  return clause
    .split(',')
    .map((name) => name.trim().replace(/^type\s+/, ''))
    .filter((name) => name !== '')
    .map((name) => name.split(/\s+as\s+|:/)[0].trim());
}

function importsOf(specifier, packageFolder) {
  const names = new Set();
  for (const [file, text] of texts) {
    if (file.startsWith(`${packageFolder}/src/`)) continue;
    for (const pattern of [CLAUSE, DYNAMIC]) {
      for (const [, clause, from] of text.matchAll(pattern)) {
        if (from === specifier) for (const name of namesIn(clause)) names.add(name);
      }
    }
    // A whole module that is taken as an object is read by name: `stack.startPostgres`.
    if (text.includes(`import('${specifier}')`)) {
      for (const [, name] of text.matchAll(/\.(\w+)\(/g)) names.add(name);
    }
  }
  return names;
}

function exportsOf(file) {
  const text = texts.get(file) ?? readFileSync(file, 'utf8');
  const listed = [...text.matchAll(/export\s+(?:type\s+)?\{([^}]*)\}/g)].flatMap(([, clause]) =>
    clause
      .split(',')
      .map((name) => name.trim().replace(/^type\s+/, ''))
      .filter((name) => name !== '')
      .map((name) => name.split(/\s+as\s+/).at(-1)),
  );
  return [...listed, ...[...text.matchAll(DECLARED)].map(([, name]) => name)];
}

let offered = 0;
const unused = [];
for (const name of readdirSync('packages')) {
  const folder = join('packages', name);
  if (EXEMPT.has(name) || !existsSync(join(folder, 'package.json'))) continue;
  const { name: packageName, exports = {} } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  for (const [subpath, targets] of Object.entries(exports)) {
    const source = typeof targets === 'string' ? targets : targets['@modelbridge/source'];
    if (source === undefined || !/\.ts$/.test(source)) continue;
    const used = importsOf(packageName + subpath.slice(1), folder);
    for (const exported of exportsOf(join(folder, source))) {
      offered += 1;
      if (!used.has(exported)) unused.push(`${packageName}${subpath.slice(1)}: ${exported}`);
    }
  }
}

if (offered < 50) {
  console.error(`Only ${offered} exports were read: the check is blind.`);
  process.exit(1);
}
for (const line of unused) console.error(`Nobody imports ${line}`);
if (unused.length > 0) process.exit(1);
console.log(`${offered} exports of packages, each with a user outside.`);
