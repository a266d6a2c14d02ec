import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import { KeyScope, type Key } from '@modelbridge/contracts/auth.v1';
import { GetContentResponse } from '@modelbridge/contracts/retention.v1/content';
import { Receipt } from '@modelbridge/contracts/retention.v1/receipts';
import { SupportGrant } from '@modelbridge/contracts/retention.v1/support-grants';
import { RequestRecord } from '@modelbridge/contracts/usage_ledger.v1';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { eventually } from '@modelbridge/testing-kit';
import { describedAnswers } from './testing/described-answers.js';
import { askManagement, type ManagementAnswer } from './testing/management-caller.js';
import { TestGateway } from './testing/test-gateway.js';

const requestId = newId('request');
const content = GetContentResponse.fromPartial({
  held: {
    requestId,
    accountId: newId('account'),
    storedAt: new Date('2026-03-10T12:00:01Z'),
    unreadableAt: new Date('2026-04-09T00:00:00Z'),
    rawBytes: 20n,
  },
  request: { headers: { 'content-type': 'application/json' }, body: Buffer.from('{"a":"ä"}') },
  reply: { headers: {}, body: Buffer.from([0xff, 0x00]) },
  method: 'POST',
  path: '/v1/messages',
  status: 200,
  complete: true,
  ip: '192.0.2.1',
  startedAt: new Date('2026-03-10T12:00:00Z'),
  completedAt: new Date('2026-03-10T12:00:01Z'),
  model: 'claude-sonnet',
  provider: 'anthropic',
  api: 'messages',
});

describe('content over the API', () => {
  let gateway: TestGateway;
  let manager: { apiKey: string; key: Key };
  let isAsDescribed: (method: string, route: string, status: number, body: unknown) => void;
  beforeAll(async () => {
    gateway = await TestGateway.start();
    isAsDescribed = await describedAnswers(gateway.url);
  });
  afterAll(() => gateway.stop());
  beforeEach(() => {
    manager = gateway.services.createKey({ scope: KeyScope.MANAGEMENT });
    gateway.services.asked.length = 0;
  });

  const ask = (
    method: string,
    path: string,
    body?: unknown,
    apiKey = manager.apiKey,
  ): Promise<ManagementAnswer> => askManagement(gateway, apiKey, method, path, body);
  const person = () => ({ accountId: manager.key.accountId, actorUserId: manager.key.userId });
  const asked = (name: string) =>
    gateway.services.asked.filter((one) => one.name === name).map(({ request }) => request);

  it('opens what the person who made the key has said, bytes as they were', async () => {
    gateway.services.answer('retention.getContent', () => content);
    const { status, body } = await ask('GET', `/v1/usage/${requestId}/content`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: requestId,
      unreadable_at: '2026-04-09T00:00:00.000Z',
      request: { body: '{"a":"ä"}', body_encoding: 'utf8', method: 'POST' },
      reply: { body: '/wA=', body_encoding: 'base64', status: 200 },
      user_agent: null,
    });
    isAsDescribed('get', '/v1/usage/{id}/content', 200, body);
    expect(asked('retention.getContent')).toEqual([
      expect.objectContaining({ requestId, ...person() }),
    ]);
  });

  it('opens to a key what was asked with that key alone', async () => {
    gateway.services.answer('retention.getContent', () => content);
    const { apiKey } = gateway.caller();
    gateway.services.answer('usage-ledger.getRequest', () => ({ request: undefined }));
    const refused = await ask('GET', `/v1/usage/${requestId}/content`, undefined, apiKey);
    expect(refused).toMatchObject({ status: 404 });
    expect(asked('retention.getContent')).toEqual([]);
    gateway.services.answer('usage-ledger.getRequest', () => ({
      request: RequestRecord.fromPartial({ requestId }),
    }));
    expect((await ask('GET', `/v1/usage/${requestId}/content`, undefined, apiKey)).status).toBe(
      200,
    );
  });

  it('says 404 for what nobody can open, and 503 where nobody can be told of it', async () => {
    for (const [code, status] of [
      ['not_found', 404],
      ['unavailable', 503],
    ] as const) {
      gateway.services.answer('retention.getContent', () => {
        throw new RpcError(code, 'no', { field: 'request_id' });
      });
      expect((await ask('GET', `/v1/usage/${requestId}/content`)).status).toBe(status);
    }
    expect((await ask('GET', '/v1/usage/what/content')).status).toBe(400);
  });

  it('lists and deletes for the person, on the account of the key', async () => {
    gateway.services.answer('retention.listContents', () => ({
      contents: [content.held],
      nextCursor: requestId,
    }));
    const listed = await ask('GET', '/v1/contents?limit=1');
    expect(listed.body).toMatchObject({ data: [{ id: requestId }], next_cursor: requestId });
    isAsDescribed('get', '/v1/contents', 200, listed.body);
    gateway.services.answer('retention.deleteContents', () => ({ deleted: 3n }));
    const span = 'from=2026-03-10T00:00:00Z&to=2026-03-11T00:00:00Z';
    for (const path of [`?${span}`, '?everything=true', `/${requestId}`]) {
      const { status, body } = await ask('DELETE', `/v1/contents${path}`);
      expect([status, body]).toEqual([200, { object: 'deletion', deleted: 3 }]);
    }
    expect(asked('retention.deleteContents')).toEqual([
      expect.objectContaining({ ...person(), from: new Date('2026-03-10'), everything: false }),
      expect.objectContaining({ ...person(), everything: true }),
      expect.objectContaining({ ...person(), requestIds: [requestId], everything: false }),
    ]);
    const { apiKey } = gateway.caller();
    expect((await ask('GET', '/v1/contents', undefined, apiKey)).status).toBe(403);
  });

  it('gives, lists and withdraws support grants', async () => {
    const grant = SupportGrant.fromPartial({
      grantId: newId('supportGrant'),
      userId: manager.key.userId,
      requestIds: [requestId],
      createdAt: new Date('2026-03-10T12:00:00Z'),
      expiresAt: new Date('2026-03-17T12:00:00Z'),
    });
    gateway.services.answer('retention.createSupportGrant', () => ({ grant }));
    gateway.services.answer('retention.listSupportGrants', () => ({ grants: [grant] }));
    gateway.services.answer('retention.withdrawSupportGrant', () => ({ grant }));
    const made = await ask('POST', '/v1/support-grants', { request_ids: [requestId] });
    expect(made).toMatchObject({ status: 201, body: { id: grant.grantId, withdrawn_at: null } });
    isAsDescribed('post', '/v1/support-grants', 201, made.body);
    const listed = await ask('GET', '/v1/support-grants');
    isAsDescribed('get', '/v1/support-grants', 200, listed.body);
    expect((await ask('DELETE', `/v1/support-grants/${grant.grantId}`)).status).toBe(200);
    expect(asked('retention.withdrawSupportGrant')).toEqual([
      expect.objectContaining({ grantId: grant.grantId, ...person() }),
    ]);
  });

  it('shows receipts and their key to anyone, a page at a time, and asks once for many', async () => {
    const receipts = [1n, 2n, 3n].map((sequence) =>
      Receipt.fromPartial({
        sequence,
        kind: 'content_day',
        subject: `2026-03-0${sequence}`,
        issuedAt: new Date('2026-04-09T00:00:12.345Z'),
        facts: { keyring: 'files' },
        previousHash: Buffer.alloc(32),
        hash: Buffer.alloc(32, 1),
        signature: Buffer.alloc(64, 2),
        signingKey: 'ab',
      }),
    );
    gateway.services.answer('retention.listReceipts', (request) => {
      const { afterSequence, limit } = request as { afterSequence: bigint; limit: number };
      const after = receipts.filter(({ sequence }) => sequence > afterSequence);
      return { receipts: after.slice(0, limit) };
    });
    gateway.services.answer('retention.getReceiptKey', () => ({
      signingKey: 'ab',
      publicKeyPem: 'pem',
    }));
    const openly = (query: string) => fetch(`${gateway.url}/privacy/receipts${query}`);
    const first = await openly('?limit=2');
    expect(first.headers.get('cache-control')).toBe('public, max-age=60');
    const page = (await first.json()) as { data: { sequence: string }[]; next_cursor: string };
    isAsDescribed('get', '/privacy/receipts', 200, page);
    expect(page).toMatchObject({ has_more: true, next_cursor: '2' });
    const last = await (await openly(`?limit=2&cursor=${page.next_cursor}`)).json();
    expect(last).toMatchObject({ data: [{ sequence: '3' }], has_more: false, next_cursor: null });
    const key = await (await fetch(`${gateway.url}/privacy/receipt-key`)).json();
    isAsDescribed('get', '/privacy/receipt-key', 200, key);

    const again = await Promise.all(Array.from({ length: 20 }, () => openly('?limit=2')));
    expect(new Set(again.map(({ status }) => status))).toEqual(new Set([200]));
    expect(asked('retention.listReceipts')).toHaveLength(2);
    const wrong = await openly('?cursor=-1');
    expect([wrong.status, await wrong.json()]).toEqual([
      400,
      { error: expect.objectContaining({ param: 'cursor' }) },
    ]);
  });

  it('asks for few receipts at once, whoever wants which, and again for what failed', async () => {
    let answer: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    gateway.services.answer('retention.listReceipts', async () => {
      await answered;
      throw new RpcError('unavailable', 'away');
    });
    const openly = (cursor: number) => fetch(`${gateway.url}/privacy/receipts?cursor=${cursor}`);
    const asking = [901, 902, 903, 904].map(openly);
    await eventually(() => expect(asked('retention.listReceipts')).toHaveLength(4));
    const fifth = await openly(905);
    expect([fifth.status, fifth.headers.has('retry-after')]).toEqual([503, true]);
    answer();
    expect((await Promise.all(asking)).map(({ status }) => status)).toEqual([503, 503, 503, 503]);
    gateway.services.answer('retention.listReceipts', () => ({ receipts: [] }));
    expect((await openly(901)).status).toBe(200);
  });
});
