// Runs the whole test suite on Node 24 LTS, whose binary npm's package `node` carries.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

const prefix = resolve('.local/node24');
const bin = join(prefix, 'node_modules/node/bin');
if (!existsSync(join(bin, 'node'))) {
  const install = [
    'install',
    '--prefix',
    prefix,
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--allow-scripts=node',
    'node@24',
  ];
  if (spawnSync('npm', install, { stdio: 'inherit' }).status !== 0) process.exit(1);
}
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
const run = spawnSync(
  join(bin, 'node'),
  ['tools/bootstrap.mjs', 'test', ...process.argv.slice(2)],
  { stdio: 'inherit', env },
);
process.exit(run.status ?? 1);
