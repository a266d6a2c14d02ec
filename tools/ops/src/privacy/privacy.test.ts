import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import { ConsentPurpose, ConsentSource } from '@modelbridge/contracts/auth.v1';
import { PrivacyRequest } from '@modelbridge/contracts/retention.v1/rights';
import { ops } from '../ops.js';
import { StubStack } from '../testing/stub-stack.js';

let stack: StubStack;
let directory: string;
beforeAll(async () => {
  stack = await StubStack.start();
  directory = await mkdtemp(join(tmpdir(), 'policy-'));
});
afterAll(() => stack.close());

async function run(...args: string[]): Promise<{ code: number; said: Record<string, unknown> }> {
  let text = '';
  const code = await ops([...args, '--state', stack.state, '--reason', 'ticket 7'], {
    stdout: { write: (more) => (text += more) },
  } as Parameters<typeof ops>[1]);
  return { code, said: JSON.parse(text) as Record<string, unknown> };
}
const lastRequest = (): object => stack.calls.at(-1)?.[1] ?? {};

describe('policy publish', () => {
  it('sends the document of a file, with its date, and says how many are mailed', async () => {
    const file = join(directory, 'policy.md');
    await writeFile(file, '# Privacy Policy');
    stack.answers.set('publishPolicyVersion', () => ({
      version: { policyVersion: '2027-01-05', documentSha256: Buffer.from([1, 255]) },
      mails: 3,
    }));
    const flags = ['--version', '2027-01-05', '--file', file, '--summary', 'Less is kept.'];
    const published = await run(
      ...['policy', 'publish', ...flags, '--material', 'yes'],
      ...['--effective', '2027-02-01T00:00:00Z'],
    );
    expect(published).toMatchObject({
      code: 0,
      said: { version: { policyVersion: '2027-01-05', documentSha256: '01ff' }, mails: 3 },
    });
    expect(lastRequest()).toMatchObject({
      document: '# Privacy Policy',
      isMaterial: true,
      plannedAt: new Date('2027-02-01T00:00:00Z'),
    });
  });

  it.each([
    ['file', ['--file', '/nowhere/policy.md', '--material', 'no']],
    ['material', ['--file', 'policy.md', '--material', 'perhaps']],
    ['effective', ['--file', 'policy.md', '--material', 'yes']],
  ])('names --%s where it is wrong', async (field, flags) => {
    const fixed = ['policy', 'publish', '--version', '2027-01-05', '--summary', 'Less is kept.'];
    expect(await run(...fixed, ...flags)).toMatchObject({ code: 1, said: { error: { field } } });
  });
});

describe('consent set', () => {
  it('withdraws for a person who wrote', async () => {
    const userId = newId('user');
    stack.answers.set('setConsent', () => ({
      consent: {
        purpose: ConsentPurpose.SERVICE_STATISTICS,
        source: ConsentSource.OPERATOR,
        withdrawable: true,
      },
    }));
    const flags = ['--user', userId, '--purpose', 'service_statistics', '--given', 'no'];
    expect(await run('consent', 'set', ...flags)).toMatchObject({
      said: { purpose: 'service_statistics', given: false, source: 'operator' },
    });
    expect(lastRequest()).toMatchObject({ userId, given: false });
    expect(stack.lastCaller.reason).toBe('ticket 7');
  });
});

describe('privacy-request create', () => {
  it('enters a mail by its number, and when it came', async () => {
    stack.answers.set('enterPrivacyRequest', () => ({
      request: PrivacyRequest.fromPartial({ state: 'unverified' }),
    }));
    const flags = ['--kind', 'access', '--received', '2026-11-29T12:00:00Z', '--reference', 'm-1'];
    expect(await run('privacy-request', 'create', ...flags)).toMatchObject({
      code: 0,
      said: { state: 'unverified', userId: null },
    });
    expect(lastRequest()).toMatchObject({
      kind: 'access',
      reference: 'm-1',
      receivedAt: new Date('2026-11-29T12:00:00Z'),
    });
  });
});
