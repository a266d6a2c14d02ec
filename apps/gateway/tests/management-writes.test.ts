import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { idFromUuid, newId } from '@modelbridge/contracts';
import { Key, KeyScope, type CreateKeyRequest } from '@modelbridge/contracts/auth.v1';
import { Team, type CreateTeamRequest } from '@modelbridge/contracts/teams.v1';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { eventually } from '@modelbridge/testing-kit';
import { ClaimedWrites } from './testing/claimed-writes.js';
import { describedAnswers } from './testing/described-answers.js';
import { askManagement, type ManagementAnswer } from './testing/management-caller.js';
import { TestGateway } from './testing/test-gateway.js';

describe('a write of the management API with an Idempotency-Key', () => {
  let gateway: TestGateway;
  let manager: { apiKey: string; key: Key };
  let writes: ClaimedWrites;
  /** Ids of the keys that auth has made. */
  let made: string[];
  let isAsDescribed: (method: string, route: string, status: number, body: unknown) => void;

  beforeAll(async () => {
    gateway = await TestGateway.start();
    isAsDescribed = await describedAnswers(gateway.url);
  });
  afterAll(() => gateway.stop());
  beforeEach(() => {
    manager = gateway.services.createKey({ scope: KeyScope.MANAGEMENT });
    gateway.services.asked.length = 0;
    writes = new ClaimedWrites(gateway.services);
    made = [];
    gateway.services.answer('auth.createKey', createKey);
  });

  /** As auth does: under an id that is there already nothing is made. */
  function createKey({ keyId, name }: CreateKeyRequest) {
    const isMade = keyId !== undefined && made.includes(keyId);
    const id = keyId ?? newId('key');
    if (!isMade) made.push(id);
    const { accountId, userId } = manager.key;
    const key = Key.fromPartial({ keyId: id, publicId: 'abcdef', name, accountId, userId });
    return { key, apiKey: isMade ? '' : `mb_live_secret${made.length}` };
  }

  const write = (
    body: unknown,
    idempotencyKey: string | undefined = 'k-1',
    [method, path] = ['POST', '/v1/keys'],
    apiKey = manager.apiKey,
  ): Promise<ManagementAnswer> =>
    askManagement(gateway, apiKey, method, path, body, {
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    });

  it('is done once; its repetition gets the same status and body, but no secret', async () => {
    const first = await write({ name: 'ci', is_test: false });
    const again = await write('{ "is_test": false, "name": "ci" }');
    expect(first).toMatchObject({ status: 201, body: { api_key: 'mb_live_secret1' } });
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(again.status).toBe(201);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.body).toEqual({ ...first.body, api_key: null });
    isAsDescribed('post', '/v1/keys', 201, again.body);
    expect(made).toEqual([first.body['id']]);
    expect(writes.answers.join()).not.toContain('mb_live_secret');
  });

  it('is made twice without the header', async () => {
    await askManagement(gateway, manager.apiKey, 'POST', '/v1/keys', { name: 'ci' });
    await askManagement(gateway, manager.apiKey, 'POST', '/v1/keys', { name: 'ci' });
    expect(made).toHaveLength(2);
  });

  it('is done once however many ask at once', async () => {
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    gateway.services.answer('auth.createKey', async (request: CreateKeyRequest) => {
      await gate;
      return createKey(request);
    });
    const early: ManagementAnswer[] = [];
    const asked = Array.from({ length: 8 }, async () => {
      const answer = await write({ name: 'ci' });
      early.push(answer);
      return answer;
    });
    // All but the one that is held: whoever comes after it has ended gets its answer.
    await eventually(() => expect(early).toHaveLength(7));
    for (const answer of early) {
      expect(answer).toMatchObject({
        status: 409,
        body: {
          code: 'idempotency_in_progress',
          param: 'idempotency-key',
          request_id: expect.stringMatching(/^req_/),
        },
      });
      expect(answer.headers.get('x-should-retry')).toBe('true');
    }
    open();
    const answers = await Promise.all(asked);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(made).toHaveLength(1);
  });

  it.each([
    ['body', { name: 'other' }, ['POST', '/v1/keys']],
    ['route', { name: 'ci' }, ['POST', '/v1/teams']],
    ['method', { name: 'ci' }, ['PATCH', '/v1/account']],
  ] as Array<[string, object, [string, string]]>)(
    'of another %s is refused, and nothing is done',
    async (_, body, route) => {
      await write({ name: 'ci' });
      const calls = gateway.services.calls.length;
      expect(await write(body, 'k-1', route)).toMatchObject({
        status: 400,
        body: { code: 'idempotency_key_reused', param: 'idempotency-key' },
      });
      expect(gateway.services.calls.slice(calls)).toEqual(['auth.claimWrite']);
    },
  );

  it('has nothing to do with the same header of another key', async () => {
    await write({ name: 'ci' });
    const other = gateway.services.createKey({ scope: KeyScope.MANAGEMENT });
    const answer = await write({ name: 'other' }, 'k-1', undefined, other.apiKey);
    expect(answer.status).toBe(201);
    expect(made).toHaveLength(2);
  });

  it('that is refused frees the header', async () => {
    gateway.services.answer('auth.createKey', () => {
      throw new RpcError('already_exists', 'name is taken', { field: 'name' });
    });
    expect((await write({ name: 'ci' })).status).toBe(409);
    expect((await write({ nmae: 'ci' }, 'k-2')).status).toBe(400);
    gateway.services.answer('auth.createKey', createKey);
    for (const header of ['k-1', 'k-2']) {
      expect((await write({ name: 'ci 2' }, header)).status).toBe(201);
    }
  });

  it('that failed half way is tried again under the same id, and makes no second object', async () => {
    gateway.services.answer('auth.createKey', (request: CreateKeyRequest) => {
      createKey(request);
      throw new RpcError('unavailable', 'the answer is lost');
    });
    expect((await write({ name: 'ci' })).status).toBe(503);
    expect(made).toHaveLength(1);
    gateway.services.answer('auth.createKey', createKey);
    expect(await write({ name: 'other' })).toMatchObject({ status: 400 });
    const again = await write({ name: 'ci' });
    expect(again).toMatchObject({ status: 201, body: { id: made[0], api_key: null } });
    expect(made).toHaveLength(1);
  });

  it('whose gateway died before it said so is found by its repetition', async () => {
    gateway.services.answer('auth.endWrite', () => {
      throw new RpcError('unavailable', 'never heard');
    });
    const first = await write({ name: 'ci' });
    expect(first.status).toBe(201);
    expect((await write({ name: 'ci' })).status).toBe(409);
    writes.leaveAll();
    const again = await write({ name: 'ci' });
    expect(again).toMatchObject({ status: 201, body: { id: first.body['id'], api_key: null } });
    expect(made).toHaveLength(1);
  });

  it('is not done while nobody can tell whether it was', async () => {
    gateway.services.answer('auth.claimWrite', () => {
      throw new RpcError('unavailable', 'down');
    });
    const answer = await write({ name: 'ci' });
    expect(answer).toMatchObject({ status: 503, body: { code: 'idempotency_unavailable' } });
    expect(answer.headers.get('x-should-retry')).toBe('true');
    expect(made).toEqual([]);
  });

  it.each(['', 'a b', 'x'.repeat(256)])('needs a header of its form: %j', async (header) => {
    expect(await write({ name: 'ci' }, header)).toMatchObject({
      status: 400,
      body: { code: 'invalid_idempotency_key', param: 'idempotency-key' },
    });
    expect(made).toEqual([]);
  });

  it('gives teams, invitations and rotations the id of the write', async () => {
    const { services } = gateway;
    const { accountId, userId } = manager.key;
    const key = Key.fromPartial({ keyId: newId('key'), accountId, userId });
    services.answer('teams.createTeam', ({ teamId, name }: CreateTeamRequest) => ({
      team: Team.fromPartial({ teamId, name, ownerUserId: userId }),
    }));
    services.answer('auth.getKey', () => ({ key }));
    services.answer('auth.rotateKey', () => ({ key, apiKey: 'mb_live_rotated' }));
    services.answer('teams.inviteMember', () => {
      throw new RpcError('not_found', 'there is no such team', { field: 'team_id' });
    });
    const team = `/v1/teams/${newId('team')}/invitations`;
    await write({ name: 'a' }, 'team', ['POST', '/v1/teams']);
    await write({ email: 'ada@example.com' }, 'invitation', ['POST', team]);
    const rotated = await write({}, 'rotation', ['POST', `/v1/keys/${key.keyId}/rotate`]);
    const again = await write({}, 'rotation', ['POST', `/v1/keys/${key.keyId}/rotate`]);
    expect([rotated.body['api_key'], again.body['api_key']]).toEqual(['mb_live_rotated', null]);
    const asked = (name: string) =>
      services.asked.filter((call) => call.name === name).map(({ request }) => request);
    const [rotation] = asked('auth.rotateKey') as Array<{ rotationId: string }>;
    expect(idFromUuid('key', rotation!.rotationId)).toMatch(/^key_/);
    expect(asked('auth.rotateKey')).toHaveLength(1);
    expect(asked('teams.createTeam')).toMatchObject([{ teamId: expect.stringMatching(/^team_/) }]);
    expect(asked('teams.inviteMember')).toMatchObject([
      { invitationId: expect.stringMatching(/^inv_/) },
    ]);
  });
});
