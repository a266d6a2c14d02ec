import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId, uuidOf } from '@modelbridge/contracts';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { authorKey } from '../keyring/keyring.js';
import { KeysService } from '../keyring/keys.service.js';
import { TestRetention } from '../testing/test-retention.js';

let retention: TestRetention;
beforeAll(async () => {
  retention = await TestRetention.start();
});
afterAll(() => retention.close());

async function author(day = '2026-03-10'): Promise<string> {
  const userId = newId('user');
  await retention.clients.content.getSealingKey({ userId, day });
  return userId;
}

function rows(requestId: string): Promise<{ sealed: Buffer; storage: string }[]> {
  return retention.database.query(
    `select sealed, tableoid::regclass::text as storage from content
     where day = '2026-03-10' and user_id is not null and sealed is not null
       and request_id = $1`,
    [uuid(requestId)],
  );
}

function uuid(requestId: string): string {
  return uuidOf('request', requestId);
}

describe('GetSealingKey', () => {
  it('gives every gateway the same 32 bytes for an author and a day, and others for others', async () => {
    const userId = await author();
    const ask = (day: string, user = userId) =>
      retention.clients.content.getSealingKey({ userId: user, day });
    const [first, second] = [await ask('2026-03-10'), await ask('2026-03-10')];
    expect(first.key).toHaveLength(32);
    expect(second.key).toEqual(first.key);
    expect((await ask('2026-03-10', newId('user'))).key).not.toEqual(first.key);
    expect(first.usableUntil).toEqual(new Date('2026-03-10T12:10:00Z'));
  });

  it('reaches an hour over both ends of a day, and no further', async () => {
    const userId = newId('user');
    const ask = async (now: string, day: string) => {
      retention.clock.set(now);
      return retention.clients.content.getSealingKey({ userId, day }).then(
        ({ usableUntil }) => usableUntil?.toISOString(),
        (error: unknown) => rpcErrorFrom(error),
      );
    };
    const refused = { code: 'invalid_argument', field: 'day' };
    expect(await ask('2026-03-10T22:59:59Z', '2026-03-11')).toMatchObject(refused);
    expect(await ask('2026-03-10T23:00:00Z', '2026-03-11')).toBe('2026-03-10T23:10:00.000Z');
    expect(await ask('2026-03-11T00:55:00Z', '2026-03-10')).toBe('2026-03-11T01:00:00.000Z');
    expect(await ask('2026-03-11T01:00:00Z', '2026-03-10')).toMatchObject(refused);
    for (const day of ['2026-3-10', '2026-02-30', '', 'today']) {
      expect(await ask('2026-03-10T12:00:00Z', day)).toMatchObject(refused);
    }
    retention.clock.set('2026-03-10T12:00:00Z');
  });

  it('makes no key for an author who has been erased', async () => {
    const userId = await author();
    await retention.part(KeysService).destroy(authorKey(userId));
    const unknown = newId('user');
    await retention.part(KeysService).destroy(authorKey(unknown));
    for (const user of [userId, unknown]) {
      const asked = retention.clients.content.getSealingKey({ userId: user, day: '2026-03-10' });
      expect(rpcErrorFrom(await asked.catch((error: unknown) => error))).toMatchObject({
        code: 'failed_precondition',
        field: 'user_id',
      });
    }
  });
});

describe('StoreContents', () => {
  it('keeps each request once, as it came first', async () => {
    const content = retention.content({ userId: await author() });
    expect(await retention.clients.content.storeContents({ contents: [content] })).toEqual({
      stored: 1,
      refused: [],
    });
    const again = { ...content, sealed: randomBytes(64) };
    expect(
      (await retention.clients.content.storeContents({ contents: [again, again] })).stored,
    ).toBe(2);
    expect(await rows(content.requestId)).toEqual([
      { sealed: content.sealed, storage: 'content_20260310' },
    ]);
  });

  it('counts what a day has, however it comes', async () => {
    const before = await counted();
    const userId = await author();
    const contents = Array.from({ length: 20 }, () => retention.content({ userId }));
    await Promise.all(
      [contents.slice(0, 12), contents.slice(6), contents].map((batch) =>
        retention.clients.content.storeContents({ contents: batch }),
      ),
    );
    const after = await counted();
    expect(after.contents - before.contents).toBe(20n);
    expect(after.raw - before.raw).toBe(2_000n);
    expect(after.sealed - before.sealed).toBe(20n * 64n);
  });

  it('tells by request what it does not keep, and keeps the rest', async () => {
    const userId = await author();
    const erased = await author();
    await retention.part(KeysService).destroy(authorKey(erased));
    const tooOld = retention.requestId(new Date('2026-03-09T23:59:59Z'));
    const tooNew = retention.requestId(new Date('2026-03-11T00:00:00Z'));
    const good = retention.content({ userId });
    const contents = [
      good,
      retention.content({ userId, requestId: tooOld }),
      retention.content({ userId, requestId: tooNew }),
      retention.content({ userId: erased }),
      retention.content(),
      retention.content({ userId, requestId: 'req_1' }),
      retention.content({ userId, accountId: '' }),
      retention.content({ userId, sealed: randomBytes(28) }),
    ];
    const { stored, refused } = await retention.clients.content.storeContents({ contents });
    expect(stored).toBe(1);
    expect(Object.fromEntries(refused.map(({ requestId, reason }) => [requestId, reason]))).toEqual(
      Object.fromEntries(
        [
          'day_over',
          'day_over',
          'author_erased',
          'author_erased',
          ...Array<string>(3).fill('malformed'),
        ].map((reason, index) => [contents[index + 1]?.requestId, reason]),
      ),
    );
    expect(await rows(good.requestId)).toHaveLength(1);
  });

  it('takes a large batch in one message, and refuses more than it may hold', async () => {
    const userId = await author();
    const large = Array.from({ length: 5 }, () =>
      retention.content({ userId, sealed: Buffer.alloc(12 * 1024 * 1024, 7) }),
    );
    expect((await retention.clients.content.storeContents({ contents: large })).stored).toBe(5);
    const many = Array.from({ length: 501 }, () => retention.content({ userId }));
    const refused = await retention.clients.content
      .storeContents({ contents: many })
      .catch(rpcErrorFrom);
    expect(refused).toMatchObject({ code: 'invalid_argument', field: 'contents' });
  });
});

async function counted(): Promise<{ contents: bigint; sealed: bigint; raw: bigint }> {
  const [row] = await retention.database.query<{ contents: bigint; sealed: bigint; raw: bigint }>(
    `select contents, sealed_bytes as sealed, raw_bytes as raw from content_day where day = '2026-03-10'`,
  );
  return row ?? { contents: 0n, sealed: 0n, raw: 0n };
}
