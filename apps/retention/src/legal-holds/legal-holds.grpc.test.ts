import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import { open } from '@modelbridge/sealed-content';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { KeysService } from '../keyring/keys.service.js';
import { LifeService } from '../life/life.service.js';
import { TestRetention } from '../testing/test-retention.js';
import { holdKey } from './legal-hold.js';
import { LegalHoldsService } from './legal-holds.service.js';

let retention: TestRetention;
beforeAll(async () => {
  retention = await TestRetention.start();
});
afterAll(() => retention.close());

const refusal = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: unknown) => rpcErrorFrom(error),
  );

async function proposed(userId: string): Promise<string> {
  const now = retention.clock.now().getTime();
  const { hold } = await retention.clients.holds.proposeLegalHold({
    userId,
    from: new Date(now - 60_000),
    to: new Date(now + 60 * 86_400_000),
    endsAt: new Date(now + 365 * 86_400_000),
  });
  return hold?.holdId ?? '';
}

/** What is kept under a hold, opened as nobody can over the network. */
async function kept(holdId: string): Promise<string[]> {
  const rows = await retention.heldUnder(holdId);
  return Promise.all(
    rows.map(async (row) => {
      const key = await retention.part(KeysService).derive(holdKey(holdId), row.requestId);
      return open(key, row, row.sealed)?.toString('latin1') ?? 'does not open';
    }),
  );
}

describe('legal holds', () => {
  it('need two people, and keep under a key of their own what is there and what comes, while the day ends in time', async () => {
    retention.clock.set('2026-03-10T12:00:00Z');
    const userId = newId('user');
    const { requestId } = await retention.say(userId, 'before the hold');
    await retention.say(newId('user'), 'of somebody else');
    const holdId = await proposed(userId);
    expect(await retention.heldUnder(holdId)).toEqual([]);
    expect(await refusal(retention.clients.holds.confirmLegalHold({ holdId }))).toMatchObject({
      code: 'failed_precondition',
      field: 'hold_id',
    });
    expect((await retention.clients.otherHolds.confirmLegalHold({ holdId })).hold).toMatchObject({
      state: 'active',
      held: 1n,
    });
    expect(await refusal(retention.clients.otherHolds.confirmLegalHold({ holdId }))).toMatchObject({
      code: 'failed_precondition',
    });
    retention.clock.advance(1_000);
    await retention.say(userId, 'after the hold');
    await retention.part(LegalHoldsService).look();
    retention.clock.set('2026-04-09T00:00:00Z');
    await retention.part(LifeService).endDays();
    const [days] = await retention.database.query<{ rows: number }>(
      `select count(*)::int as rows from content where day = '2026-03-10'`,
    );
    expect(days?.rows).toBe(0);
    expect((await retention.clients.receipts.checkDeletions({})).examples).toEqual([]);
    expect((await kept(holdId)).filter((text) => /the hold/i.test(text))).toHaveLength(2);
    // It keeps, and lets nobody read.
    for (const call of [
      retention.clients.content.getContent({ requestId, actorUserId: userId }),
      retention.clients.support.getContent({ requestId }),
    ])
      expect(await refusal(call)).toMatchObject({ code: 'not_found' });

    await retention.clients.holds.endLegalHold({ holdId });
    const { hold } = await retention.clients.otherHolds.endLegalHold({ holdId });
    expect(hold).toMatchObject({ state: 'ended', held: 0n });
    expect(await retention.heldUnder(holdId)).toEqual([]);
    await expect(retention.part(KeysService).derive(holdKey(holdId), 'x')).rejects.toThrow();
    const { receipts } = await retention.clients.receipts.listReceipts({
      afterSequence: 0n,
      limit: 0,
    });
    expect(receipts.filter(({ subject }) => subject === holdId)).toMatchObject([
      { kind: 'legal_hold', facts: { rows_unreadable: '2' } },
    ]);
  });

  it('keep after the author is erased, and end by themselves', async () => {
    retention.clock.set('2026-05-10T12:00:00Z');
    const userId = newId('user');
    await retention.say(userId, 'under the hold');
    const holdId = await proposed(userId);
    await retention.clients.otherHolds.confirmLegalHold({ holdId });
    await retention.part(KeysService).destroy(`author-${userId}`);
    expect(await kept(holdId)).toHaveLength(1);
    expect((await kept(holdId))[0]).toMatch(/under the hold/i);
    retention.clock.set('2027-05-11T12:00:00Z');
    await retention.part(LegalHoldsService).look();
    const { holds } = await retention.clients.holds.listLegalHolds({});
    expect(holds.find((hold) => hold.holdId === holdId)).toMatchObject({ state: 'ended' });
  });

  it('say what is wrong with a proposal', async () => {
    const now = retention.clock.now();
    const hold = { userId: newId('user'), from: now, to: now, endsAt: undefined };
    expect(await refusal(retention.clients.holds.proposeLegalHold(hold))).toMatchObject({
      code: 'invalid_argument',
      field: 'ends_at',
    });
  });
});
