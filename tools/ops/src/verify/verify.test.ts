import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { captured, StubStack } from '../testing/stub-stack.js';
import { verify } from './verify.js';

let stack: StubStack;
beforeEach(async () => {
  stack = new StubStack();
  await stack.start();
  stack.answers.set('listRecorded', () => ({ requests: [], newestLedgerSequence: 0n }));
  stack.answers.set('checkInvariants', () => ({ checks: checks() }));
  stack.answers.set('listOutstanding', () => ({ epochs: [], oldestUnconfirmedAgeMs: 0n }));
  stack.answers.set('getSettlement', (request: object) =>
    'upToLedgerSequence' in request ? chargesUpTo(request.upToLedgerSequence as bigint) : usage(),
  );
  stack.answers.set('getCurrentPolicy', () => ({ policyVersion: '2026-12-01' }));
  stack.answers.set('checkAuditLog', () => logs());
  stack.answers.set('checkPayments', () => payments());
  stack.answers.set('getReceiptKey', () => ({ signingKey: '', publicKeyPem: '' }));
  stack.answers.set('checkDeletions', () => logs());
  recorded = 10n;
});
afterEach(() => stack.close());

/** Requests recorded and charged so far, each of 7 nano-dollars; it grows with every look, as under load. */
let recorded: bigint;

function usage(): object {
  const confirmed = recorded;
  recorded += 5n;
  return {
    newestLedgerSequence: recorded,
    confirmedLedgerSequence: confirmed,
    confirmedRequests: confirmed,
    confirmedCostNanoUsd: confirmed * 7n,
    confirmedOverrunNanoUsd: 0n,
    settledSequences: recorded,
    sequenceGaps: 0n,
    epochsWithGaps: [],
    quarantinedRecords: 0n,
  };
}

function chargesUpTo(sequence: bigint): object {
  const charges = sequence < recorded ? sequence : recorded;
  return { charges, chargedNanoUsd: charges * 7n, overrunNanoUsd: 0n, quarantined: 0n };
}

function checks(violated?: string): object[] {
  return ['I1', 'I2', 'I3', 'I4'].map((invariant) => ({
    invariant,
    checked: 42n,
    violations: invariant === violated ? 3n : 0n,
    examples: invariant === violated ? ['used 2 + held 1 > cap 2'] : [],
  }));
}

const payments = (...examples: string[]): object => ({
  checked: 8n,
  differences: BigInt(examples.length),
  examples,
});

const logs = (...examples: string[]): object => ({
  checked: 9n,
  violations: BigInt(examples.length),
  examples,
});

const run = (...args: string[]) => captured(() => verify(['--state', stack.state, ...args]));
const errorOf = (out: string): unknown => (JSON.parse(out) as { error: unknown }).error;

describe('verify', () => {
  it('prints a line for each invariant while requests come in', async () => {
    const { code, out } = await run();
    expect(code).toBe(0);
    expect(out.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^I1 ok: 42 checked, 0 violations /),
      expect.stringMatching(/^I2 ok: 42 checked, 0 violations /),
      expect.stringMatching(/^I3 ok: 42 checked, 0 violations /),
      expect.stringMatching(/^I4 ok: 42 checked, 0 violations /),
      expect.stringMatching(/^I5 ok: 25 checked, 0 violations /),
      expect.stringMatching(/^I6 ok: 9 checked, 0 violations /),
      expect.stringMatching(/^I7 ok: 8 checked, 0 violations /),
      expect.stringMatching(/^I8 ok: 9 checked, 0 violations /),
    ]);
  });

  it('checks everything, not only what is recent', async () => {
    await run();
    expect(stack.calls).toContainEqual(['checkInvariants', { full: true }]);
    expect(stack.calls).toContainEqual(['getSettlement', { afterLedgerSequence: 0n }]);
  });

  it.each(['I1', 'I2', 'I3', 'I4'])(
    'exits with 1 when %s is violated, with an example',
    async (id) => {
      stack.answers.set('checkInvariants', () => ({ checks: checks(id) }));
      const { code, out, err } = await run();
      expect(code).toBe(1);
      expect(out).toMatch(new RegExp(`^${id} VIOLATED: 42 checked, 3 violations`, 'm'));
      expect(err).toBe(`${id}: used 2 + held 1 > cap 2\n`);
    },
  );

  it('exits with 1 when usage and charges differ', async () => {
    stack.answers.set('getSettlement', (request: object) =>
      'upToLedgerSequence' in request ? chargesUpTo(9n) : usage(),
    );
    const { code, out } = await run();
    expect(code).toBe(1);
    expect(out).toMatch(/^I5 VIOLATED: 25 checked, 2 violations/m);
  });

  it('exits with 1 when an audit log breaks, and says where', async () => {
    stack.answers.set('checkAuditLog', () => logs('staff: entry 2 is missing'));
    const { code, out, err } = await run();
    expect(code).toBe(1);
    expect(out).toMatch(/^I6 VIOLATED: 9 checked, 1 violations/m);
    expect(err).toBe('I6: staff: entry 2 is missing\n');
  });

  it('exits with 1 when the ledger and Stripe differ, and says by what', async () => {
    stack.answers.set('checkPayments', () => payments('pi_1 not_booked: payment pi_1'));
    const { code, out, err } = await run();
    expect(code).toBe(1);
    expect(out).toMatch(/^I7 VIOLATED: 8 checked, 1 violations/m);
    expect(err).toBe('I7: pi_1 not_booked: payment pi_1\n');
  });

  it('exits with 1 when content is there that should be gone, and says of which day', async () => {
    stack.answers.set('checkDeletions', () => logs('2026-03-10 still has a key'));
    const { code, out, err } = await run();
    expect(code).toBe(1);
    expect(out).toMatch(/^I8 VIOLATED: 9 checked, 1 violations/m);
    expect(err).toBe('I8: 2026-03-10 still has a key\n');
  });

  it.each(['auth', 'billing', 'usage-ledger', 'retention'] as const)(
    'exits with 2 when %s does not answer',
    async (name) => {
      stack.stop(name);
      const { code, out } = await run();
      expect(code).toBe(2);
      expect(errorOf(out)).toEqual({
        code: 'unavailable',
        field: null,
        message: expect.stringMatching(new RegExp(`^${name} does not answer`)),
      });
    },
  );

  it('exits with 2 when a service fails at its check', async () => {
    stack.answers.delete('checkInvariants');
    const { code, out } = await run();
    expect(code).toBe(2);
    expect(errorOf(out)).toMatchObject({
      message: expect.stringMatching(/^billing could not check/),
    });
  });

  it('takes an invariant that nobody checked for no success', async () => {
    stack.answers.set('checkInvariants', () => ({ checks: checks().slice(1) }));
    const { code, out } = await run();
    expect(code).toBe(2);
    expect(errorOf(out)).toMatchObject({ message: expect.stringContaining('I1') });
  });

  it.each([
    ['an unknown flag', ['--quick', 'yes'], 'quick'],
    ['a stray word', ['now'], null],
    ['a state without a name', ['--state'], 'state'],
    ['half of the TLS files', ['--tls-ca', 'ca.crt', '--tls-cert', 'ops.crt'], 'tls_key'],
  ])('exits with 2 on %s, naming it', async (_, args, field) => {
    const { code, out } = await run(...args);
    expect(code).toBe(2);
    expect(errorOf(out)).toMatchObject({ code: 'invalid_argument', field });
  });

  it('explains itself with --help', async () => {
    const { code, out } = await run('--help');
    expect(code).toBe(0);
    expect(out).toContain('--state DIR');
  });
});
