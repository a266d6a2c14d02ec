// Erases hundreds of accounts while services are killed at random, says how long each took, and looks for all of them afterwards;
// the suite kills each step of one.
//
//   npm run erasures -- [count] [seed]
import { spawnSync } from 'node:child_process';
import process from 'node:process';

const [count = '200', seed = '1'] = process.argv.slice(2);
for (const [name, value] of Object.entries({ count, seed })) {
  if (/^[1-9]\d{0,5}$/.test(value)) continue;
  process.stderr.write(`${name} must be a whole number from 1: npm run erasures -- 200 1\n`);
  process.exit(1);
}
const { status } = spawnSync(
  process.execPath,
  ['tools/bootstrap.mjs', 'test', 'tests/e2e/crash.test', '-t', 'an erasure that is killed'],
  { stdio: 'inherit', env: { ...process.env, ERASURES: count, ERASURES_SEED: seed } },
);
process.exit(status ?? 1);
