import { isAscii } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = new URL('../../../../', import.meta.url).pathname;

function run(...args: string[]): string {
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env: {} });
  return stdout + stderr;
}

describe('a bundled service', () => {
  const main = join(root, 'apps/gateway/bundle/main.cjs');

  it('starts with what V8 has compiled of each of its files', () => {
    const tell = `
      const load = require(${JSON.stringify(join(root, 'node_modules/.modelbridge-bundle/load.cjs'))});
      load.onScript = (_file, { cachedDataRejected }) => console.log('rejected:', cachedDataRejected);
      require(${JSON.stringify(main)});`;
    const told = run('-e', tell).match(/^rejected: .*$/gm) ?? [];
    expect(told.length).toBeGreaterThan(5);
    expect(new Set(told)).toEqual(new Set(['rejected: false']));
  });

  it('starts without it where V8 has other flags, and tells positions in its sources', () => {
    expect(run('--max-old-space-size=500', '--enable-source-maps', main)).toMatch(
      /apps\/gateway\/src\/main\.ts:\d+:\d+/,
    );
  });
});

describe('the code of bundles', () => {
  it('is ASCII: what is beyond it would be loaded as other characters', () => {
    const folders = readdirSync(join(root, 'apps')).map((app) => join(root, 'apps', app, 'bundle'));
    const files = [...folders, join(root, 'node_modules/.modelbridge-bundle/shared')]
      .filter(existsSync)
      .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
      .filter((file) => file.endsWith('.code'));
    expect(files.length).toBeGreaterThan(10);
    expect(files.filter((file) => !isAscii(readFileSync(file)))).toEqual([]);
  });
});

describe('the loader', () => {
  const code = '(function(exports, require, module, __filename, __dirname){console.log("ran")})';

  it.each([
    ['there is nothing compiled', undefined],
    ['it is not what V8 wrote', 'x'.repeat(1_000)],
    ['it is cut off', ''],
  ])('runs the code where %s', (_, compiled) => {
    const directory = mkdtempSync(join(tmpdir(), 'bundle-'));
    copyFileSync(join(root, 'tools/bundler/load.cjs'), join(directory, 'load.cjs'));
    writeFileSync(join(directory, 'main-1.code'), code);
    writeFileSync(join(directory, 'main.cjs'), 'require("./load.cjs")(module, require, "main-1");');
    const file = `main-1.code.${process.version}-${process.arch}`;
    if (compiled !== undefined) writeFileSync(join(directory, file), compiled);
    const before = readdirSync(directory);
    expect(run(join(directory, 'main.cjs'))).toBe('ran\n');
    expect(readdirSync(directory)).toEqual(before);
  });
});
