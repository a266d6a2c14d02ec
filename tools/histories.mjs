// Tries thousands of histories of payments whose events come late, twice, in another order or not at all; the suite
// tries a few of them.
//
//   npm run histories -- [count] [first seed]
import { spawnSync } from 'node:child_process';
import process from 'node:process';

const [count = '2000', seed = '1'] = process.argv.slice(2);
for (const [name, value] of Object.entries({ count, 'first seed': seed })) {
  if (/^[1-9]\d{0,8}$/.test(value)) continue;
  process.stderr.write(`${name} must be a whole number from 1: npm run histories -- 2000 1\n`);
  process.exit(1);
}
const { status } = spawnSync(
  process.execPath,
  ['tools/bootstrap.mjs', 'test', 'tests/e2e/payment-histories'],
  {
    stdio: 'inherit',
    env: { ...process.env, PAYMENT_HISTORIES: count, PAYMENT_HISTORIES_SEED: seed },
  },
);
process.exit(status ?? 1);
