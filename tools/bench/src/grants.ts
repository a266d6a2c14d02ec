import { newId } from '@modelbridge/contracts';
import { openAccounts, type Holder } from './accounts.js';
import { command } from './command.js';
import { fixed, printTable, quantile, say, whole } from './figures.js';
import { cpuMicroseconds } from './processes.js';
import { connectServices, pidOf, startStack, type Services } from './stack.js';

const ACCOUNTS = 1000;
const GRANT_NANO_USD = 1_000_000n;

/** Grants a fresh allowance and gives it back; resolves with the milliseconds that the grant took. */
async function grantAndClose(services: Services, holder: Holder, epoch: string): Promise<number> {
  const allowanceId = newId('allowance');
  const started = performance.now();
  const { outcome } = await services.allowances.grantAllowance({
    ...holder,
    allowanceId,
    step: 1,
    gatewayEpoch: epoch,
    teamId: undefined,
    wantedNanoUsd: GRANT_NANO_USD,
    minimumNanoUsd: GRANT_NANO_USD,
    requestNanoUsd: GRANT_NANO_USD,
    rate: undefined,
    keyRateLimits: undefined,
  });
  const tookMs = performance.now() - started;
  if (outcome?.$case !== 'granted') throw new Error('an allowance was refused');
  await services.allowances.closeAllowance({
    allowanceId,
    step: 2,
    spentNanoUsd: 0n,
    accountId: holder.accountId,
    rateUnused: [],
  });
  return tookMs;
}

/** Runs `work` on so many lanes until the time is up. */
async function onLanes(lanes: number, seconds: number, work: () => Promise<void>): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  const lane = async (): Promise<void> => {
    while (performance.now() < deadline) await work();
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

export const grants = command({
  summary: 'allowance grants/s in billing, on one hot account and on 1,000',
  options: {
    seconds: { default: 10, help: 'length of each measurement' },
    callers: { default: 64, help: 'grants under way at the same time' },
  },
  async run({ seconds, callers }, lifetime) {
    const stack = await startStack(lifetime);
    const services = connectServices(lifetime, stack);
    const holders = await openAccounts(services, ACCOUNTS);
    const epoch = crypto.randomUUID();
    const rows: string[][] = [];
    for (const [title, accounts] of [
      ['one hot account', holders.slice(0, 1)],
      [`${whole(ACCOUNTS)} accounts`, holders],
    ] as const) {
      await onLanes(
        callers,
        1,
        async () => void (await grantAndClose(services, holders[0]!, epoch)),
      );
      const took: number[] = [];
      const cpuBefore = cpuMicroseconds(pidOf(stack, 'billing'));
      const started = performance.now();
      let next = 0;
      await onLanes(callers, seconds, async () => {
        const holder = accounts[next++ % accounts.length]!;
        took.push(await grantAndClose(services, holder, epoch));
      });
      const elapsed = (performance.now() - started) / 1000;
      const cpuAfter = cpuMicroseconds(pidOf(stack, 'billing'));
      rows.push([
        title,
        whole(took.length / elapsed),
        fixed(quantile(took, 0.5), 1),
        fixed(quantile(took, 0.99), 1),
        fixed(
          cpuBefore === undefined || cpuAfter === undefined
            ? undefined
            : (cpuAfter - cpuBefore) / took.length,
          0,
        ),
      ]);
      say(`${title}: done`);
    }
    printTable(
      `Allowances granted and given back, ${callers} callers`,
      ['', 'grants/s', 'grant p50 ms', 'p99 ms', 'billing CPU us/pair'],
      rows,
    );
  },
});
