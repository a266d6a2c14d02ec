import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import { Consent, ConsentPurpose, Key, KeyApi, KeyScope } from '@modelbridge/contracts/auth.v1';
import { Limit, LimitPeriod, LimitScope } from '@modelbridge/contracts/billing.v1';
import { Erasure, ErasureState } from '@modelbridge/contracts/retention.v1/erasure';
import { Export, ExportState } from '@modelbridge/contracts/retention.v1/export';
import {
  RequestRecord,
  SpendGranularity,
  SpendGroup,
  UsageExportFormat,
} from '@modelbridge/contracts/usage_ledger.v1';
import { PrivacyRequest } from '@modelbridge/contracts/retention.v1/rights';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { describedAnswers } from './testing/described-answers.js';
import { askManagement, type ManagementAnswer } from './testing/management-caller.js';
import { TestGateway } from './testing/test-gateway.js';

describe('the management API', () => {
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
  const keyOf = (given: Partial<Key> = {}): Key =>
    Key.fromPartial({
      keyId: newId('key'),
      publicId: 'abcdef',
      name: 'laptop',
      accountId: manager.key.accountId,
      userId: manager.key.userId,
      createdAt: new Date('2026-11-28T10:00:00Z'),
      scope: KeyScope.INFERENCE,
      ...given,
    });

  /** Of what was asked for a caller: a gateway tells of itself at any time. */
  const askedNames = () =>
    new Set(
      gateway.services.asked
        .map(({ name }) => name)
        .filter((name) => !name.startsWith('routing.') && name !== 'usage-ledger.reportUnsettled'),
    );

  it('is for management keys, and they are for nothing else', async () => {
    const { apiKey } = gateway.caller();
    for (const path of ['/v1/keys', '/v1/spend', '/v1/audit-log', '/v1/account']) {
      expect(await ask('GET', path, undefined, apiKey)).toMatchObject({
        status: 403,
        type: 'application/problem+json; charset=utf-8',
        body: {
          type: 'urn:modelbridge:error:scope_not_allowed',
          status: 403,
          code: 'scope_not_allowed',
          instance: expect.stringMatching(/^urn:modelbridge:request:req_/),
        },
      });
    }
    const reply = await gateway.post(manager.apiKey, '{"model":"kimi-k2.5"}');
    expect(reply.status).toBe(403);
    expect(askedNames()).toEqual(new Set(['auth.resolveKey']));
  });

  it('has the usage of the account as a file, for the person who made the key', async () => {
    gateway.services.exportPieces = [{ data: Buffer.from('{}\n'), rows: 1n }];
    const range = 'from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z';
    const reply = await fetch(`${gateway.url}/v1/account/usage/export?format=jsonl&${range}`, {
      headers: { authorization: `Bearer ${manager.apiKey}` },
    });
    expect([reply.status, await reply.text()]).toEqual([200, '{}\n']);
    const { accountId, userId } = manager.key;
    expect(gateway.services.asked).toContainEqual({
      name: 'usage-ledger.exportUsage',
      request: expect.objectContaining({
        accountId,
        keyId: '',
        actorUserId: userId,
        format: UsageExportFormat.JSONL,
      }),
    });
    const { apiKey } = gateway.caller();
    const path = `/v1/account/usage/export?${range}`;
    expect((await ask('GET', path, undefined, apiKey)).status).toBe(403);
  });

  it('prepares an archive, and gives a link to it that opens it once, without a key', async () => {
    const exportId = newId('export');
    const { accountId, userId: actorUserId } = manager.key;
    const made = Export.fromPartial({
      exportId,
      accountId,
      state: ExportState.READY,
      requestedAt: new Date('2026-11-28T10:00:00Z'),
      filesDone: 17,
      files: 17,
      sizeBytes: 1_000n,
      sha256: Buffer.alloc(32, 1),
      expiresAt: new Date('2026-12-05T10:00:00Z'),
    });
    gateway.services.answer('retention.createExport', () => ({ export: made }));
    gateway.services.answer('retention.getExport', () => ({ export: made }));
    gateway.services.answer('retention.listExports', () => ({ exports: [made] }));
    const token = `v1.${exportId}.mac`;
    const expiresAt = new Date('2026-11-28T10:15:00Z');
    gateway.services.answer('retention.createDownloadToken', () => ({ token, expiresAt }));

    const path = '/v1/account/exports';
    const created = await ask('POST', path, {});
    expect(created).toMatchObject({ status: 201, body: { id: exportId, state: 'ready' } });
    isAsDescribed('post', path, 201, created.body);
    isAsDescribed('get', path, 200, (await ask('GET', path)).body);
    const one = await ask('GET', `${path}/${exportId}`);
    isAsDescribed('get', `${path}/{id}`, 200, one.body);
    expect(gateway.services.asked).toContainEqual({
      name: 'retention.getExport',
      request: { accountId, exportId, actorUserId },
    });
    const link = await ask('POST', `${path}/${exportId}/link`, {});
    isAsDescribed('post', `${path}/{id}/link`, 201, link.body);
    expect(link.body['download_path']).toBe(`/exports/${token}`);

    gateway.services.archive = { token, data: Buffer.from('PK') };
    const url = `${gateway.url}/exports/${token}`;
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(404);
    const archive = await fetch(url);
    expect([archive.status, await archive.text()]).toEqual([200, 'PK']);
    expect(Object.fromEntries(archive.headers)).toMatchObject({
      'content-type': 'application/zip',
      'content-disposition': 'attachment; filename="modelbridge-export.zip"',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    });
    expect((await fetch(url)).status).toBe(404);
  });

  it('has a person erased by the code of their mail, and asks what they ask about their data', async () => {
    const { services } = gateway;
    const actorUserId = manager.key.userId;
    const erasure = Erasure.fromPartial({
      erasureId: newId('erasure'),
      state: ErasureState.CONFIRMED,
      requestedAt: new Date('2026-11-28T10:00:00Z'),
      executesAt: new Date('2026-12-01T10:00:00Z'),
    });
    for (const name of ['requestErasure', 'confirmErasure', 'getErasure', 'cancelErasure']) {
      services.answer(`retention.${name}`, () => ({ erasure }));
    }
    const path = '/v1/account/erasure';
    const code = 'ABCDE-FGHJK';
    const calls: [string, string, object | undefined, number][] = [
      ['POST', path, {}, 201],
      ['POST', `${path}/confirm`, { code }, 200],
      ['GET', path, undefined, 200],
      ['DELETE', path, undefined, 200],
    ];
    for (const [method, at, body, status] of calls) {
      const answer = await ask(method, at, body);
      expect(answer).toMatchObject({ status, body: { id: erasure.erasureId, state: 'confirmed' } });
      isAsDescribed(method.toLowerCase(), at, status, answer.body);
    }
    expect(services.lastAsked('retention.confirmErasure')).toEqual({ actorUserId, code });
    services.answer('retention.requestErasure', () => {
      throw new RpcError('failed_precondition', 'you own a team (team_1): transfer it');
    });
    expect(await ask('POST', path, {})).toMatchObject({
      status: 409,
      body: { code: 'failed_precondition', detail: expect.stringContaining('team_1') },
    });

    const requests = '/v1/account/privacy-requests';
    const request = PrivacyRequest.fromPartial({
      ...{ requestId: newId('privacyRequest'), kind: 'objection', state: 'closed' },
      purpose: 'service_statistics',
    });
    for (const name of ['createPrivacyRequest', 'withdrawPrivacyRequest']) {
      services.answer(`retention.${name}`, () => ({ request }));
    }
    services.answer('retention.listPrivacyRequests', () => ({ requests: [request] }));
    const objection = { kind: 'objection', purpose: 'service_statistics' };
    const made = await ask('POST', requests, objection);
    expect(made).toMatchObject({ status: 201, body: { kind: 'objection', outcome: null } });
    isAsDescribed('post', requests, 201, made.body);
    expect(services.lastAsked('retention.createPrivacyRequest')).toEqual({
      ...{ actorUserId, ...objection },
    });
    isAsDescribed('get', requests, 200, (await ask('GET', requests)).body);
    const withdrawn = await ask('DELETE', `${requests}/${request.requestId}`);
    isAsDescribed('delete', `${requests}/{id}`, 200, withdrawn.body);
    expect(await ask('POST', requests, { kind: 'minor' })).toMatchObject({
      status: 400,
      body: { param: 'kind' },
    });
  });

  it('makes a key and shows it once', async () => {
    const made = keyOf({ restrictions: undefined });
    gateway.services.answer('auth.createKey', () => ({ key: made, apiKey: 'mb_live_shown' }));
    const { status: code, body } = await ask('POST', '/v1/keys', {
      name: ' laptop ',
      expires_at: '2027-01-01T00:00:00Z',
      restrictions: { allowed_models: ['kimi-k2.5'], allowed_apis: ['messages'] },
    });
    expect(code).toBe(201);
    expect(body).toMatchObject({
      object: 'api_key',
      id: made.keyId,
      api_key: 'mb_live_shown',
      created_at: '2026-11-28T10:00:00.000Z',
    });
    isAsDescribed('post', '/v1/keys', 201, body);
    expect(gateway.services.lastAsked('auth.createKey')).toMatchObject({
      name: 'laptop',
      accountId: manager.key.accountId,
      userId: manager.key.userId,
      actorUserId: manager.key.userId,
      expiresAt: new Date('2027-01-01T00:00:00Z'),
      scope: KeyScope.INFERENCE,
      restrictions: { allowedModels: ['kimi-k2.5'], allowedApis: [KeyApi.MESSAGES] },
    });
  });

  it('lists, shows, changes, rotates, disables, enables and revokes keys', async () => {
    const key = keyOf();
    const { services } = gateway;
    services.answer('auth.listKeys', () => ({ keys: [key], nextCursor: 'more' }));
    services.answer('auth.getKey', () => ({ key }));
    for (const name of ['updateKey', 'disableKey', 'enableKey', 'revokeKey']) {
      services.answer(`auth.${name}`, () => ({ key }));
    }
    services.answer('auth.rotateKey', () => ({ key, apiKey: 'mb_live_new' }));
    const path = `/v1/keys/${key.keyId}`;
    const steps: Array<[string, string, unknown, string, object]> = [
      ['GET', '/v1/keys?limit=1', undefined, '/v1/keys', { has_more: true, next_cursor: 'more' }],
      ['GET', path, undefined, '/v1/keys/{id}', { id: key.keyId }],
      ['PATCH', path, { expires_at: null }, '/v1/keys/{id}', { id: key.keyId }],
      ['POST', `${path}/rotate`, {}, '/v1/keys/{id}/rotate', { api_key: 'mb_live_new' }],
      ['POST', `${path}/disable`, {}, '/v1/keys/{id}/disable', { id: key.keyId }],
      ['POST', `${path}/enable`, undefined, '/v1/keys/{id}/enable', { id: key.keyId }],
      ['DELETE', path, undefined, '/v1/keys/{id}', { id: key.keyId }],
    ];
    for (const [method, url, given, route, expected] of steps) {
      const { status: code, body } = await ask(method, url, given);
      expect({ method, url, code, body }).toMatchObject({ code: 200, body: expected });
      isAsDescribed(method.toLowerCase(), route, 200, body);
    }
    const changes = services.asked.filter(({ name }) => name === 'auth.updateKey');
    expect(changes).toMatchObject([{ request: { removesExpiry: true, keyId: key.keyId } }]);
    for (const { name, request } of services.asked) {
      if (name.startsWith('auth.') && name !== 'auth.resolveKey') {
        expect({ name, request }).toMatchObject({
          request: { actorUserId: manager.key.userId },
        });
      }
    }
  });

  it('opens the keys of its own account only', async () => {
    const foreign = keyOf({ accountId: newId('account') });
    gateway.services.answer('auth.getKey', () => ({ key: foreign }));
    for (const [method, more] of [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/rotate'],
      ['POST', '/disable'],
      ['POST', '/enable'],
      ['GET', '/limits'],
      ['PUT', '/limits/day'],
      ['DELETE', '/limits/day'],
    ] as const) {
      const body = method === 'PUT' ? { limit_nano_usd: '1' } : method === 'GET' ? undefined : {};
      const answer = await ask(method, `/v1/keys/${foreign.keyId}${more}`, body);
      expect(answer).toMatchObject({ status: 404, body: { code: 'not_found', param: 'id' } });
    }
    expect(askedNames()).toEqual(new Set(['auth.resolveKey', 'auth.getKey']));
  });

  it('sets and removes the spending limits of a key', async () => {
    const key = keyOf();
    const limit = Limit.fromPartial({
      scope: LimitScope.KEY,
      period: LimitPeriod.DAY,
      scopeId: key.keyId,
      limitNanoUsd: 9_007_199_254_740_993n,
      resetsAt: new Date('2026-11-29T00:00:00Z'),
    });
    const { services } = gateway;
    services.answer('auth.getKey', () => ({ key }));
    services.answer('billing.setLimit', ({ limitNanoUsd }: { limitNanoUsd?: bigint }) => ({
      limit: limitNanoUsd === undefined ? undefined : limit,
    }));
    const path = `/v1/keys/${key.keyId}/limits`;
    const set = await ask('PUT', `${path}/day`, { limit_nano_usd: '9007199254740993' });
    expect(set).toMatchObject({
      status: 200,
      body: { scope: 'key', period: 'day', limit_nano_usd: '9007199254740993' },
    });
    isAsDescribed('put', '/v1/keys/{id}/limits/{period}', 200, set.body);
    expect(services.lastAsked('billing.setLimit')).toMatchObject({
      scope: LimitScope.KEY,
      scopeId: key.keyId,
      period: LimitPeriod.DAY,
    });
    const removed = await ask('DELETE', `${path}/day`);
    isAsDescribed('delete', '/v1/keys/{id}/limits/{period}', 200, removed.body);
    const listed = await ask('GET', path);
    isAsDescribed('get', '/v1/keys/{id}/limits', 200, listed.body);
    for (const body of [{ limit_nano_usd: 5 }, { limit_nano_usd: '1.5' }, {}]) {
      expect(await ask('PUT', `${path}/day`, body)).toMatchObject({
        status: 400,
        body: { param: 'limit_nano_usd' },
      });
    }
    expect(await ask('PUT', `${path}/year`, { limit_nano_usd: '1' })).toMatchObject({
      status: 400,
      body: { param: 'period' },
    });
  });

  it('sums what the account spends', async () => {
    const row = {
      periodStart: new Date('2026-11-27T00:00:00Z'),
      group: 'kimi-k2.5',
      requests: 3n,
      inputTokens: 1n,
      cacheReadTokens: 2n,
      cacheWrite5mTokens: 3n,
      cacheWrite1hTokens: 4n,
      outputTokens: 5n,
      reasoningTokens: 1n,
      costNanoUsd: 9_007_199_254_740_993n,
    };
    gateway.services.answer('usage-ledger.listSpend', () => ({ spend: [row] }));
    const range = 'from=2026-11-01T00:00:00Z&to=2026-11-28T00:00:00Z';
    const { body } = await ask('GET', `/v1/spend?${range}&group_by=member`);
    expect(body).toMatchObject({
      data: [{ group: 'kimi-k2.5', cache_write_tokens: 7, cost_nano_usd: '9007199254740993' }],
    });
    isAsDescribed('get', '/v1/spend', 200, body);
    expect(gateway.services.lastAsked('usage-ledger.listSpend')).toMatchObject({
      accountId: manager.key.accountId,
      actorUserId: manager.key.userId,
      groupBy: SpendGroup.USER,
      granularity: SpendGranularity.DAY,
    });
    expect(await ask('GET', '/v1/spend?from=2026-11-01T00:30:00Z&to=x')).toMatchObject({
      status: 400,
      body: { param: 'from', errors: [{ param: 'from' }, { param: 'to' }] },
    });
  });

  it('sums by a tag, and of requests with one', async () => {
    gateway.services.answer('usage-ledger.listSpend', () => ({ spend: [] }));
    const range = 'from=2026-11-01T00:00:00Z&to=2026-11-28T00:00:00Z';
    const path = `/v1/spend?${range}&group_by=tag&tag_name=project&tag=stage%3Dci%2Ffast`;
    expect((await ask('GET', path)).status).toBe(200);
    expect(gateway.services.lastAsked('usage-ledger.listSpend')).toMatchObject({
      groupBy: SpendGroup.TAG,
      tagName: 'project',
      tags: { stage: 'ci/fast' },
    });
    for (const tag of ['stage', 'stage=', '=ci', 'Stage=ci', 'stage=c%20i']) {
      expect(await ask('GET', `/v1/spend?${range}&tag=${tag}`)).toMatchObject({
        status: 400,
        body: { param: 'tag' },
      });
    }
  });

  it('lists what the account used, of its person, also of one key', async () => {
    const { keyId, accountId, userId } = manager.key;
    const record = RequestRecord.fromPartial({
      requestId: newId('request'),
      ...{ accountId, userId, keyId, api: 'messages', outcome: 'completed', status: 200 },
      tags: { project: 'atlas' },
    });
    gateway.services.answer('usage-ledger.listRequests', () => ({
      requests: [record],
      nextCursor: '',
    }));
    const { body } = await ask('GET', `/v1/account/usage?limit=5&key_id=${keyId}`);
    expect(body).toMatchObject({
      data: [{ id: record.requestId, tags: { project: 'atlas' } }],
      has_more: false,
    });
    isAsDescribed('get', '/v1/account/usage', 200, body);
    const isList = ({ name }: { name: string }) => name === 'usage-ledger.listRequests';
    expect(gateway.services.asked.findLast(isList)).toMatchObject({
      request: { accountId, actorUserId: userId, keyId, limit: 5 },
    });
  });

  it('shows what the person agreed to, and takes their objection', async () => {
    const { services } = gateway;
    const news = { purpose: ConsentPurpose.PRODUCT_NEWS, given: false, withdrawable: true };
    const terms = { purpose: ConsentPurpose.TERMS, given: true, policyVersion: '2026-03-31' };
    services.answer('auth.listConsents', () => ({
      consents: [terms, news].map((one) => Consent.fromPartial(one)),
    }));
    services.answer('auth.setConsent', () => ({
      consent: Consent.fromPartial({ ...news, purpose: ConsentPurpose.SERVICE_STATISTICS }),
    }));
    const list = await ask('GET', '/v1/account/consents');
    isAsDescribed('get', '/v1/account/consents', list.status, list.body);
    expect(list.body).toMatchObject({
      data: [
        { purpose: 'terms', given: true, policy_version: '2026-03-31', withdrawable: false },
        { purpose: 'product_news', given: false, decided_at: null, withdrawable: true },
      ],
    });
    const path = '/v1/account/consents/service_statistics';
    const set = await ask('PUT', path, { given: false });
    isAsDescribed('put', '/v1/account/consents/{purpose}', set.status, set.body);
    expect(set.body).toMatchObject({ purpose: 'service_statistics', given: false });
    const { userId } = manager.key;
    expect(services.asked.findLast(({ name }) => name === 'auth.setConsent')).toMatchObject({
      request: { userId, actorUserId: userId, given: false },
    });
    expect(await ask('PUT', '/v1/account/consents/terms', { given: false })).toMatchObject({
      status: 400,
      body: { param: 'purpose' },
    });
  });

  it('shows the audit log and the account', async () => {
    const { services } = gateway;
    const entry = {
      sequence: 1n,
      recordedAt: new Date(),
      actorKind: 'person',
      actorId: manager.key.userId,
      act: 'key.created',
      objectIds: [newId('key')],
      details: { scope: 'inference' },
      reason: '',
      source: 'auth',
      previousHash: Buffer.alloc(32),
      hash: Buffer.alloc(32, 7),
    };
    services.answer('auth.listAuditEntries', () => ({ entries: [entry], nextCursor: '' }));
    const log = await ask('GET', '/v1/audit-log');
    expect(log.body).toMatchObject({
      has_more: false,
      data: [{ act: 'key.created', hash: '07'.repeat(32), previous_hash: '00'.repeat(32) }],
    });
    isAsDescribed('get', '/v1/audit-log', 200, log.body);
    const user = { userId: manager.key.userId, email: 'ada@example.com', name: 'Ada' };
    services.answer('auth.getUser', () => ({ user: { ...user, timeZone: 'UTC' } }));
    services.answer('auth.updateUser', ({ storeContent }: { storeContent?: boolean }) => ({
      user: { ...user, timeZone: 'Europe/Berlin', storeContent: storeContent ?? true },
    }));
    const shown = await ask('GET', '/v1/account');
    expect(shown.body).toMatchObject({ id: manager.key.accountId, email: 'ada@example.com' });
    isAsDescribed('get', '/v1/account', 200, shown.body);
    const changed = await ask('PATCH', '/v1/account', { time_zone: 'Europe/Berlin' });
    expect(changed.body).toMatchObject({ time_zone: 'Europe/Berlin', store_content: true });
    const chosen = await ask('PATCH', '/v1/account', { store_content: false });
    expect(chosen.body).toMatchObject({ store_content: false });
    isAsDescribed('patch', '/v1/account', 200, chosen.body);
    expect(await ask('PATCH', '/v1/account', { store_content: 'no' })).toMatchObject({
      status: 400,
      body: { param: 'store_content' },
    });
    expect(await ask('PATCH', '/v1/account', { email: 'eve@example.com' })).toMatchObject({
      status: 400,
      body: { code: 'unsupported_parameter', param: 'email' },
    });
  });

  it.each([
    ['already_exists', 409, 'already_exists'],
    ['failed_precondition', 409, 'failed_precondition'],
    ['resource_exhausted', 409, 'too_many_objects'],
    ['invalid_argument', 400, 'invalid_value'],
    ['permission_denied', 403, 'permission_denied'],
    ['not_found', 404, 'not_found'],
    ['unavailable', 503, 'service_unavailable'],
  ] as const)('tells what a service refuses with %s', async (rpc, http, code) => {
    gateway.services.answer('auth.createKey', () => {
      throw new RpcError(rpc, 'Not so.', { field: 'name' });
    });
    const { status, body } = await ask('POST', '/v1/keys', { name: 'a' });
    expect({ status, body }).toMatchObject({ status: http, body: { code } });
    if (http < 500) expect(body).toMatchObject({ param: 'name' });
  });

  it.each([
    ['{"name":', 400, 'invalid_json'],
    ['[]', 400, 'invalid_value'],
    ['', 400, 'missing_required_parameter'],
    [`{"name":"${'x'.repeat(70_000)}"}`, 413, 'request_too_large'],
  ])('tells what is wrong with the body %#', async (body, code, name) => {
    expect(await ask('POST', '/v1/keys', body)).toMatchObject({
      status: code,
      type: expect.stringContaining('problem+json'),
      body: { code: name },
    });
  });

  it('needs no body where nothing is to be said, whatever type of one is named', async () => {
    const { key } = manager;
    for (const name of ['getKey', 'disableKey', 'rotateKey', 'revokeKey']) {
      gateway.services.answer(`auth.${name}`, () => ({ key: keyOf({}), apiKey: 'mb_live_x' }));
    }
    for (const [method, path] of [
      ['POST', `/v1/keys/${key.keyId}/disable`],
      ['POST', `/v1/keys/${key.keyId}/rotate`],
      ['DELETE', `/v1/keys/${key.keyId}`],
    ] as const) {
      for (const given of [undefined, '']) {
        const reply = await fetch(gateway.url + path, {
          method,
          headers: {
            authorization: `Bearer ${manager.apiKey}`,
            'content-type': 'application/json',
          },
          ...(given !== undefined && { body: given }),
        });
        expect([method, path, reply.status]).toEqual([method, path, 200]);
      }
    }
  });

  it('takes JSON only, and no Idempotency-Key on what changes nothing', async () => {
    const authorization = `Bearer ${manager.apiKey}`;
    const url = `${gateway.url}/v1/keys`;
    const written = await fetch(url, {
      method: 'POST',
      headers: { authorization, 'content-type': 'text/plain' },
      body: '{"name":"a"}',
    });
    expect(written.status).toBe(415);
    const read = await fetch(url, { headers: { authorization, 'idempotency-key': 'k' } });
    expect(read.status).toBe(400);
    expect(await read.json()).toMatchObject({
      code: 'unsupported_parameter',
      param: 'idempotency-key',
    });
  });
});
