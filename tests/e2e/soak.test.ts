import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Stack, startStack } from '@modelbridge/launcher';
import {
  Clocks,
  compare,
  type Records,
  report,
  soak,
  type SoakOutcome,
  stackEnvironment,
} from '@modelbridge/soak';

let stack: Stack;
let outcome: SoakOutcome;

beforeAll(async () => {
  const state = mkdtempSync(join(tmpdir(), 'soak-'));
  const clocks = Clocks.in(state);
  stack = await startStack({
    state,
    args: ['--gateways', '3'],
    env: { ...stackEnvironment, ...clocks.environment },
  });
  outcome = await soak(stack, clocks, {
    seed: 1,
    callers: 8,
    faults: 17,
    faultsMs: 20_000,
    forMs: 0,
    // Twice of it, twice, ends before this suite's time: what did not settle is told.
    settleMs: 90_000,
    say: (line) => void process.stdout.write(`${line}\n`),
  });
  process.stdout.write(`${report(outcome)}\n`);
}, 600_000);
afterAll(async () => {
  await stack?.stop();
});

it('faults of every kind lose no request, charge none twice and let nobody overspend', () => {
  expect(outcome.differences).toEqual([]);
  const { asked, rows, charges, served } = outcome.records;
  for (const list of [asked, rows, charges, served]) expect(list.length).toBeGreaterThan(50);
  expect(outcome.looks.seen).toBeGreaterThan(5);
  // The faults were felt.
  expect(asked.some(({ status }) => status === 503)).toBe(true);
  expect(asked.some(({ status, complete }) => status === 200 && !complete)).toBe(true);
});

// What a fault of the product would look like to the comparison, planted in what it is given.
const planted = (change: Partial<Records>): string[] =>
  compare({ ...outcome.records, ...change }, outcome.atRest).map(({ kind }) => kind);

it('a charge that is posted twice is found', () => {
  const { charges } = outcome.records;
  const again = charges.find(({ chargedNanoUsd }) => chargedNanoUsd > 0n)!;
  expect(planted({ charges: [...charges, again] })).toEqual(['twice', 'sums differ']);
});

it('a record that is lost is found, with its charge and without', () => {
  const { asked, charges, counters, rows } = outcome.records;
  const whole = asked.find(({ status, complete }) => status === 200 && complete)!;
  const gone = rows.find(({ requestId }) => requestId === whole.requestId)!;
  const left = rows.filter((row) => row !== gone);
  expect(planted({ rows: left })).toEqual(['lost', 'charged without usage']);
  expect(
    planted({
      rows: left,
      charges: charges.filter(({ requestId }) => requestId !== gone.requestId),
      counters: counters.map((counter) =>
        counter.accountId === gone.accountId
          ? { ...counter, usedNanoUsd: counter.usedNanoUsd - gone.costNanoUsd }
          : counter,
      ),
    }),
  ).toEqual(['lost']);
});

it('a request that is paid for under two ids, and money that nobody had, are found', () => {
  const { rows, charges, counters } = outcome.records;
  const paid = rows.find(({ costNanoUsd }) => costNanoUsd > 0n)!;
  const other = { requestId: 'req_another' };
  const doubled = charges.filter(({ requestId }) => requestId === paid.requestId);
  const spent = counters.map((counter) =>
    counter.scope === 'account' && counter.accountId === paid.accountId
      ? { ...counter, usedNanoUsd: counter.usedNanoUsd + (counter.capNanoUsd ?? 0n) }
      : counter,
  );
  expect(
    planted({
      rows: [
        ...rows,
        ...Array.from({ length: 500 }, (_, index) => ({
          ...paid,
          requestId: `${other.requestId}_${index}`,
        })),
      ],
      charges: [...charges, ...doubled.map((charge) => ({ ...charge, ...other }))],
    }),
  ).toContain('twice');
  expect(planted({ counters: spent })).toContain('overspent');
});
