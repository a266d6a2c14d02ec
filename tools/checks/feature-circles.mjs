// No circle between the feature folders of an app, a package or a tool, imports of types included. A circle of
// files is dependency-cruiser's to find; two folders can need each other without one.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';

const IMPORT = /(?:from|import)\s*\(?\s*'(\.[^']+)'/g;
const WORKSPACE = /^((?:apps|packages|tools)\/[^/]+\/src)\/([^/]+)\//;

/** The feature folder that a file is in; undefined at the root of `src`, in tests and outside workspaces. */
function featureOf(file) {
  if (file.endsWith('.test.ts') || /\/(testing|gen)\//.test(file)) return undefined;
  const [, workspace, feature] = WORKSPACE.exec(file) ?? [];
  return feature === undefined ? undefined : { workspace, feature };
}

/** Arrows between the features of each workspace: workspace -> feature -> feature -> a file that imports. */
function arrowsOf(texts) {
  const arrows = new Map();
  for (const [file, text] of texts) {
    const from = featureOf(file);
    if (from === undefined) continue;
    for (const [, specifier] of text.matchAll(IMPORT)) {
      const target = posix.join(posix.dirname(file), specifier).replace(/\.js$/, '.ts');
      const to = featureOf(target);
      if (to?.workspace !== from.workspace || to.feature === from.feature) continue;
      const features = arrows.get(from.workspace) ?? new Map();
      const targets = features.get(from.feature) ?? new Map();
      arrows.set(from.workspace, features.set(from.feature, targets.set(to.feature, file)));
    }
  }
  return arrows;
}

function reaches(features, from, to, seen = new Set()) {
  for (const next of features.get(from)?.keys() ?? []) {
    if (next === to) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    if (reaches(features, next, to, seen)) return true;
  }
  return false;
}

function circlesOf(texts) {
  const circles = [];
  for (const [workspace, features] of arrowsOf(texts)) {
    for (const [from, targets] of features) {
      for (const [to, file] of targets) {
        if (reaches(features, to, from)) circles.push(`${workspace}: ${from} -> ${to} (${file})`);
      }
    }
  }
  return circles;
}

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts', '*.tsx'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(file));
const texts = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));

const found = circlesOf(texts);
for (const circle of found) console.error(`In a circle of folders: ${circle}`);

const planted = circlesOf(
  new Map([
    ...texts,
    ['apps/teams/src/one/a.ts', "import type { B } from '../two/b.js';\n"],
    ['apps/teams/src/two/c.ts', "import { d } from '../one/d.js';\n"],
  ]),
).filter((circle) => circle.startsWith('apps/teams/src'));
if (planted.length !== 2) {
  console.error('A planted circle of folders was not caught.');
  process.exit(1);
}
if (found.length > 0) process.exit(1);
console.log(`No circle between feature folders in ${texts.size} files; a planted one is caught.`);
