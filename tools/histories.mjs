// Tries thousands of histories of payments whose events come late, twice, in another order or not at all, and lets many
// accounts live a year whose invoices, ledger and Stripe are then compared; the suite tries a few of them.
//
//   npm run histories -- [count] [first seed]
//   npm run histories -- year [accounts] [seed]
import { spawnSync } from 'node:child_process';
import process from 'node:process';

const isYear = process.argv[2] === 'year';
const [count = isYear ? '1000' : '2000', seed = '1'] = process.argv.slice(isYear ? 3 : 2);
const names = isYear ? ['accounts', 'seed'] : ['count', 'first seed'];
for (const [index, value] of [count, seed].entries()) {
  if (/^[1-9]\d{0,8}$/.test(value)) continue;
  const example = isYear ? 'npm run histories -- year 1000 1' : 'npm run histories -- 2000 1';
  process.stderr.write(`${names[index]} must be a whole number from 1: ${example}\n`);
  process.exit(1);
}
const { status } = spawnSync(
  process.execPath,
  ['tools/bootstrap.mjs', 'test', 'tests/e2e/payment-histories'],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      [isYear ? 'BILLING_YEAR_ACCOUNTS' : 'PAYMENT_HISTORIES']: count,
      PAYMENT_HISTORIES_SEED: seed,
    },
  },
);
process.exit(status ?? 1);
