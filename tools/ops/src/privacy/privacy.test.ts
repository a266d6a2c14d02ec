import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import { ConsentPurpose, ConsentSource } from '@modelbridge/contracts/auth.v1';
import { GetContentResponse } from '@modelbridge/contracts/retention.v1/content';
import { LegalHold } from '@modelbridge/contracts/retention.v1/legal-holds';
import { Erasure, ErasureState } from '@modelbridge/contracts/retention.v1/erasure';
import { PrivacyRequest } from '@modelbridge/contracts/retention.v1/rights';
import { ops } from '../ops.js';
import { Refusal, StubStack } from '../testing/stub-stack.js';

let stack: StubStack;
let directory: string;
beforeAll(async () => {
  stack = new StubStack();
  await stack.start();
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

describe('legal-hold', () => {
  const holdId = newId('legalHold');

  it('proposes, confirms, ends and lists', async () => {
    const hold = LegalHold.fromPartial({ holdId, state: 'proposed', held: 2n });
    for (const method of ['proposeLegalHold', 'confirmLegalHold', 'endLegalHold'])
      stack.answers.set(method, () => ({ hold }));
    stack.answers.set('listLegalHolds', () => ({ holds: [hold] }));
    const userId = newId('user');
    const span = ['--from', '2026-11-01T00:00:00Z', '--to', '2026-12-01T00:00:00Z'];
    const asked = ['--user', userId, ...span, '--ends', '2027-06-01T00:00:00Z'];
    expect(await run('legal-hold', 'propose', ...asked)).toMatchObject({
      code: 0,
      said: { holdId, state: 'proposed', confirmedBy: null, held: '2' },
    });
    expect(lastRequest()).toMatchObject({ userId, endsAt: new Date('2027-06-01T00:00:00Z') });
    for (const act of ['confirm', 'end']) {
      expect(await run('legal-hold', act, '--id', holdId)).toMatchObject({ code: 0 });
      expect(lastRequest()).toMatchObject({ holdId });
    }
    expect(await run('legal-hold', 'list')).toMatchObject({ said: { holds: [{ holdId }] } });
  });

  it('says that somebody else must confirm', async () => {
    stack.answers.set('confirmLegalHold', () => {
      throw new Refusal('failed_precondition', 'hold_id');
    });
    const { code, said } = await run('legal-hold', 'confirm', '--id', holdId);
    expect(code).toBe(1);
    expect(said).toMatchObject({
      error: { field: 'id', message: expect.stringContaining('somebody else of staff') },
    });
  });
});

describe('content', () => {
  const requestId = newId('request');

  it('shows support what a grant lets them read, with the reason', async () => {
    stack.answers.set('getContent', () =>
      GetContentResponse.fromPartial({
        held: { requestId, rawBytes: 3n },
        request: { headers: {}, body: Buffer.from('{"a":"ä"}') },
        reply: { headers: {}, body: Buffer.from([0xff]) },
        status: 200,
      }),
    );
    const shown = await run('content', 'show', '--request', requestId, '--as', 'support');
    expect(shown).toMatchObject({
      code: 0,
      said: {
        requestId,
        request: { body: '{"a":"ä"}', bodyEncoding: 'utf8' },
        reply: { body: '/w==', bodyEncoding: 'base64' },
      },
    });
    expect(stack.lastCaller).toEqual({ name: 'ops-support', reason: 'ticket 7' });
    const grantId = newId('supportGrant');
    stack.answers.set('listContents', () => ({
      contents: [{ requestId, rawBytes: 3n }],
      nextCursor: '',
    }));
    const listed = await run('content', 'list', '--grant', grantId, '--as', 'support');
    expect(listed.said).toMatchObject({ contents: [{ requestId }], nextCursor: null });
    expect(lastRequest()).toMatchObject({ grantId, limit: 20 });
  });

  it('names what is wrong: a limit, and a request that nobody may read', async () => {
    const grant = ['--grant', newId('supportGrant')];
    expect(await run('content', 'list', ...grant, '--limit', '101')).toMatchObject({
      said: { error: { field: 'limit' } },
    });
    stack.answers.set('getContent', () => {
      throw new Refusal('not_found', 'request_id');
    });
    expect(await run('content', 'show', '--request', requestId)).toMatchObject({
      code: 1,
      said: { error: { field: 'request', message: expect.stringContaining('lets nobody read') } },
    });
  });
});

describe('erasure', () => {
  const erasure = (over: object) =>
    Erasure.fromPartial({ erasureId: newId('erasure'), state: ErasureState.ERASING, ...over });

  it('start begins one of a person, and says why', async () => {
    const userId = newId('user');
    stack.answers.set('startErasure', () => ({ erasure: erasure({ cause: 'staff', userId }) }));
    expect(await run('erasure', 'start', '--user', userId)).toMatchObject({
      code: 0,
      said: { state: 'erasing', cause: 'staff', userId },
    });
    expect(lastRequest()).toEqual({ userId });
    expect(stack.lastCaller.reason).toBe('ticket 7');
    stack.answers.set('startErasure', () => {
      throw new Refusal('not_found', 'user_id');
    });
    expect(await run('erasure', 'start', '--user', userId)).toMatchObject({
      code: 1,
      said: { error: { field: 'user' } },
    });
  });

  it('list reads every page, and show tells what is waited for', async () => {
    const [first, second] = [
      erasure({ userId: newId('user') }),
      erasure({ state: ErasureState.DONE }),
    ];
    stack.answers.set('listErasures', ({ cursor }: { cursor: string }) =>
      cursor === ''
        ? { erasures: [first], nextCursor: first.erasureId }
        : { erasures: [second], nextCursor: '' },
    );
    const { said } = await run('erasure', 'list', '--open', 'yes');
    expect(said['erasures']).toMatchObject([{ state: 'erasing' }, { state: 'done', userId: null }]);
    expect(lastRequest()).toMatchObject({ openOnly: true, limit: 100, cursor: first.erasureId });
    const parts = [{ part: 'teams', counts: { memberships: 2n } }];
    stack.answers.set('showErasure', () => ({ erasure: erasure({ parts, waitingFor: ['auth'] }) }));
    expect(await run('erasure', 'show', '--id', first.erasureId)).toMatchObject({
      said: { waitingFor: ['auth'], parts: [{ part: 'teams', counts: { memberships: 2 } }] },
    });
    expect(await run('erasure', 'list', '--open', 'no')).toMatchObject({
      said: { error: { field: 'open' } },
    });
  });
});
