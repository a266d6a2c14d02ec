import { createHash } from 'node:crypto';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import { KeyScope } from '@modelbridge/contracts/auth.v1';
import {
  RequestRecord,
  RequestResult,
  UsageExportFormat,
} from '@modelbridge/contracts/usage_ledger.v1';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { TestGateway } from './testing/test-gateway.js';

function recordOf(keyId: string, given: Partial<RequestRecord> = {}): RequestRecord {
  return RequestRecord.fromPartial({
    requestId: newId('request'),
    startedAt: new Date('2026-11-24T06:00:00.000Z'),
    completedAt: new Date('2026-11-24T06:00:01.500Z'),
    accountId: newId('account'),
    userId: newId('user'),
    teamId: undefined,
    keyId,
    model: 'gpt-5.4',
    provider: 'openai',
    region: 'us-east',
    api: 'chat_completions',
    status: 200,
    outcome: 'completed',
    finishReason: 'stop',
    errorClass: '',
    streamed: false,
    estimated: false,
    inputTokens: 20n,
    cacheReadTokens: 10n,
    cacheWrite5mTokens: 3n,
    cacheWrite1hTokens: 4n,
    outputTokens: 12n,
    reasoningTokens: 4n,
    costNanoUsd: 9_007_199_254_740_993n,
    priceVersion: '2026-08-01',
    timeToFirstTokenMs: 12,
    ledgerSequence: 1n,
    keyHash: '',
    ...given,
  });
}

describe('what a key may ask about itself', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await TestGateway.start();
  });
  afterAll(() => gateway.stop());

  async function get(
    apiKey: string,
    path: string,
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const reply = await fetch(`${gateway.url}${path}`, {
      headers: { authorization: `Bearer ${apiKey}` },
    });
    return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
  }

  /** With what the framing says, which fetch keeps to itself. */
  function download(
    apiKey: string,
    path: string,
    headers: Record<string, string> = {},
  ): Promise<IncomingMessage & { body: Buffer }> {
    return new Promise((resolve, reject) => {
      const asked = httpGet(
        `${gateway.url}${path}`,
        { headers: { authorization: `Bearer ${apiKey}`, ...headers } },
        (reply) => {
          const chunks: Buffer[] = [];
          reply.on('data', (chunk: Buffer) => chunks.push(chunk));
          reply.on('error', reject);
          reply.on('end', () => resolve(Object.assign(reply, { body: Buffer.concat(chunks) })));
        },
      );
      asked.on('error', reject);
    });
  }
  const november = 'from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z';
  const piece = (text: string, rows: bigint) => ({ data: Buffer.from(text), rows });

  it('has its usage as a file, with a digest of what was sent behind it', async () => {
    const { apiKey, key } = gateway.services.createKey();
    gateway.services.exportPieces = [piece('id\r\n', 0n), piece('req_1\r\n', 1n)];
    const reply = await download(apiKey, `/v1/usage/export?${november}`);
    expect(reply.statusCode).toBe(200);
    expect(reply.body.toString()).toBe('id\r\nreq_1\r\n');
    expect(reply.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': 'attachment; filename="modelbridge-usage-2026-11-01-2026-12-01.csv"',
      'cache-control': 'no-store',
    });
    const sha256 = createHash('sha256').update(reply.body).digest('base64');
    expect(reply.trailers).toEqual({
      'content-digest': `sha-256=:${sha256}:`,
      'x-modelbridge-rows': '1',
    });
    expect(gateway.services.lastAsked('usage-ledger.exportUsage')).toMatchObject({
      keyId: key.keyId,
      accountId: '',
      format: UsageExportFormat.CSV,
      from: new Date('2026-11-01T00:00:00Z'),
      to: new Date('2026-12-01T00:00:00Z'),
    });
  });

  it('has it compressed where the caller takes that', async () => {
    const { apiKey } = gateway.caller();
    gateway.services.exportPieces = [piece('{"id":"req_1"}\n'.repeat(100), 100n)];
    const path = `/v1/usage/export?format=jsonl&${november}`;
    const zipped = await download(apiKey, path, { 'accept-encoding': 'br, gzip;q=0.5' });
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(zipped.body).toString()).toBe('{"id":"req_1"}\n'.repeat(100));
    const plain = await download(apiKey, path, { 'accept-encoding': 'gzip;q=0' });
    expect(plain.headers['content-encoding']).toBeUndefined();
  });

  it('never takes a file that was cut off for a whole one', async () => {
    const { apiKey } = gateway.caller();
    gateway.services.exportPieces = [piece('id\r\n', 0n), new RpcError('unavailable', 'gone')];
    for (const encoding of ['identity', 'gzip']) {
      const reply = download(apiKey, `/v1/usage/export?${november}`, {
        'accept-encoding': encoding,
      });
      await expect(reply).rejects.toThrow(/aborted|hang up/);
    }
  });

  it('is told why there is no file', async () => {
    const { apiKey } = gateway.caller();
    gateway.services.exportPieces = [
      new RpcError('invalid_argument', 'to is too late', { field: 'to' }),
    ];
    const { status, body } = await get(apiKey, `/v1/usage/export?${november}`);
    expect([status, body]).toMatchObject([400, { error: { param: 'to' } }]);
    for (const query of [`${november}&format=xlsx`, 'from=2026-11-01T00:00:00Z', november + '&a=1'])
      expect(await get(apiKey, `/v1/usage/export?${query}`)).toMatchObject({ status: 400 });
  });

  it('lists its own requests page by page', async () => {
    const { apiKey, keyId } = gateway.caller();
    gateway.services.records.push(
      recordOf(keyId),
      recordOf(keyId),
      recordOf(newId('key')),
      recordOf(keyId),
    );
    const first = await get(apiKey, '/v1/usage?limit=2');
    expect(first.body).toMatchObject({ object: 'list', has_more: true });
    expect(first.body['data']).toHaveLength(2);
    const cursor = String(first.body['next_cursor']);
    const second = await get(apiKey, `/v1/usage?limit=2&cursor=${cursor}`);
    expect(second.body).toMatchObject({ object: 'list', has_more: false, next_cursor: null });
    expect(second.body['data']).toHaveLength(1);
  });

  it('narrows the list by what it asks for', async () => {
    const { apiKey, keyId } = gateway.caller();
    const filter =
      'model=gpt-5.4&result=error&status=502&api=messages&region=us-east&outcome=failed' +
      '&min_cost_nano_usd=9007199254740993&from=2026-11-01T00:00:00Z';
    expect((await get(apiKey, `/v1/usage?${filter}`)).status).toBe(200);
    expect(gateway.services.lastAsked('usage-ledger.listRequests')).toMatchObject({
      keyId,
      filter: {
        models: ['gpt-5.4'],
        result: RequestResult.ERROR,
        statuses: [502],
        apis: ['messages'],
        regions: ['us-east'],
        outcomes: ['failed'],
        minCostNanoUsd: 9007199254740993n,
        maxCostNanoUsd: undefined,
        startedFrom: new Date('2026-11-01T00:00:00Z'),
        startedTo: undefined,
      },
    });
  });

  it.each([
    ['result=broken', 'result'],
    ['outcome=lost', 'outcome'],
    ['status=99', 'status'],
    ['min_cost_nano_usd=-1', 'min_cost_nano_usd'],
    ['model=', 'model'],
    ['from=yesterday', 'from'],
  ])('is told which of the members is wrong: %s', async (query, param) => {
    const { status, body } = await get(gateway.caller().apiKey, `/v1/usage?${query}`);
    expect([status, body]).toMatchObject([400, { error: { param } }]);
  });

  it('shows one request with disjoint token classes and money as a decimal string', async () => {
    const { apiKey, keyId } = gateway.caller();
    const record = recordOf(keyId);
    gateway.services.records.push(record);
    expect((await get(apiKey, `/v1/usage/${record.requestId}`)).body).toMatchObject({
      id: record.requestId,
      created_at: '2026-11-24T06:00:00.000Z',
      completed_at: '2026-11-24T06:00:01.500Z',
      model: 'gpt-5.4',
      provider: 'openai',
      region: 'us-east',
      status: 200,
      input_tokens: 20,
      output_tokens: 12,
      cache_read_tokens: 10,
      cache_write_tokens: 7,
      cost_nano_usd: '9007199254740993',
      key_id: keyId,
      user_id: record.userId,
      team_id: null,
    });
  });

  it('does not show another key’s request', async () => {
    const { apiKey } = gateway.caller();
    const other = recordOf(newId('key'));
    gateway.services.records.push(other);
    const foreign = await get(apiKey, `/v1/usage/${other.requestId}`);
    const absent = await get(apiKey, `/v1/usage/${newId('request')}`);
    const malformed = await get(apiKey, '/v1/usage/anything');
    expect([foreign.status, absent.status, malformed.status]).toEqual([404, 404, 404]);
    expect(foreign.body).toMatchObject({ error: { code: 'not_found' } });
  });

  it.each(['limit=0', 'limit=101', 'limit=x', 'limit=1&limit=2'])('refuses %s', async (query) => {
    const { status, body } = await get(gateway.caller().apiKey, `/v1/usage?${query}`);
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: { param: 'limit' } });
  });

  it.each([
    ['usage?cursor[]=1', 'cursor[]', 'unsupported_parameter'],
    ['usage?cursor=1&cursor=2', 'cursor', 'invalid_value'],
    ['usage?page=2', 'page', 'unsupported_parameter'],
    ['usage?limit=1&=', '', 'unsupported_parameter'],
    ['usage/req_1?limit=1', 'limit', 'unsupported_parameter'],
    ['credits?account_id=x', 'account_id', 'unsupported_parameter'],
    ['key?a=1&a=2', 'a', 'unsupported_parameter'],
  ])('refuses /v1/%s and names %s', async (path, param, code) => {
    const { status, body } = await get(gateway.caller().apiKey, `/v1/${path}`);
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: { code, param } });
  });

  it('shows the account’s credits exactly', async () => {
    expect((await get(gateway.caller().apiKey, '/v1/credits')).body).toMatchObject({
      balance_nano_usd: '9007199254740993',
      held_nano_usd: '3',
      available_nano_usd: '9007199254740995',
      granted_nano_usd: '5',
      next_expiry: { at: '2026-04-01T00:00:00.000Z', amount_nano_usd: '2' },
      spent_nano_usd: '7',
    });
  });

  it('shows the key and every limit that it meets', async () => {
    const { apiKey, keyId, accountId } = gateway.caller();
    expect((await get(apiKey, '/v1/key')).body).toMatchObject({
      id: keyId,
      name: 'test key',
      account_id: accountId,
      limits: [
        {
          scope: 'key',
          period: 'month',
          limit_nano_usd: '5',
          used_nano_usd: '2',
          held_nano_usd: '1',
          resets_at: '2026-12-01T00:00:00.000Z',
        },
      ],
    });
  });

  it('asks for what a team has as the person who made the key, who may not see all of it', async () => {
    const { services } = gateway;
    const askedAs = (name: string): unknown[] =>
      services.asked
        .filter((call) => call.name === `billing.${name}`)
        .map(({ request }) => (request as { actorUserId?: string }).actorUserId);
    const { apiKey, key } = services.createKey({ teamId: newId('team') });
    services.asked.length = 0;
    await get(apiKey, '/v1/key');
    expect((await get(apiKey, '/v1/credits')).status).toBe(200);
    expect([askedAs('getLimits'), askedAs('getCredits')]).toEqual([[key.userId], [key.userId]]);
    services.answer('billing.getCredits', () => {
      throw new RpcError('not_found', 'there is no such account', { field: 'account_id' });
    });
    const hidden = await get(apiKey, '/v1/credits');
    services.forget('billing.getCredits');
    expect(hidden).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } });
    // One's own account is nobody else's: nobody has to be asked who may see it.
    services.asked.length = 0;
    const { apiKey: own } = gateway.caller();
    for (const path of ['/v1/key', '/v1/credits']) expect((await get(own, path)).status).toBe(200);
    expect([askedAs('getLimits'), askedAs('getCredits')]).toEqual([[undefined], [undefined]]);
  });

  it('answers a management key about itself too', async () => {
    const { apiKey, key } = gateway.services.createKey({ scope: KeyScope.MANAGEMENT });
    expect((await get(apiKey, '/v1/key')).body).toMatchObject({ id: key.keyId });
    expect((await get(apiKey, '/v1/credits')).body).toMatchObject({ object: 'credits' });
    expect((await get(apiKey, '/v1/usage')).body).toMatchObject({ data: [], has_more: false });
    expect((await get(apiKey, '/v1/models')).status).toBe(200);
  });

  it('says 503 in OpenAI’s shape while a service is away', async () => {
    gateway.services.down.add('billing');
    const { status, body } = await get(gateway.caller().apiKey, '/v1/credits');
    gateway.services.down.delete('billing');
    expect(status).toBe(503);
    expect(body).toMatchObject({ error: { type: 'server_error' } });
  });
});
