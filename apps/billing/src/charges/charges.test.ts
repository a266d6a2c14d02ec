import { randomUUID } from 'node:crypto';
import { newId, uuidOf } from '@modelbridge/contracts';
import {
  billingChargePosted,
  usageLedgerRequestRecorded,
  type RecordedRequest,
} from '@modelbridge/contracts/events';
import { databaseErrorCode } from '@modelbridge/service-kit/database';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { eventually } from '@modelbridge/testing-kit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningBilling } from '../testing/running-billing.js';
import { grantRequest, recorded, type Owner } from '../testing/samples.js';
import { ChargesService } from './charges.service.js';

let billing: RunningBilling;
const posted: { batchIds: string[]; overruns?: { requestId: string; overrunNanoUsd: string }[] }[] =
  [];

beforeAll(async () => {
  billing = await RunningBilling.start();
  billing.outside.messaging.subscribeLatest(billingChargePosted, {
    handle: (event) => void posted.push(event),
  });
  await billing.outside.listening();
});
afterAll(() => billing.close());

/** Publishes a batch as usage-ledger does; each time as a message of its own. */
async function publish(
  requests: RecordedRequest[],
  batchId: string = randomUUID(),
): Promise<string> {
  await billing.outside.messaging.publish(
    usageLedgerRequestRecorded,
    { batchId, requests },
    { id: randomUUID() },
  );
  return batchId;
}

function announced(batchId: string, times = 1) {
  return eventually(() => {
    const events = posted.filter(({ batchIds }) => batchIds.includes(batchId));
    if (events.length < times) throw new Error(`announced ${events.length} times`);
    return events;
  });
}

async function balance(owner: Owner): Promise<bigint> {
  return (await billing.client.getCredits({ accountId: owner.accountId })).balanceNanoUsd;
}

async function posting(...requests: RecordedRequest[]): Promise<void> {
  await billing.part(ChargesService).post([{ batchId: randomUUID(), requests }]);
}

async function chargeOf(requestId: string) {
  return (await billing.client.getCharge({ requestId })).charge;
}

describe('a recorded request', () => {
  it('lowers the balance by exactly its cost and is announced', async () => {
    const owner = await billing.account(1_000n);
    const request = recorded(owner, { costNanoUsd: '123' });
    await announced(await publish([request]));
    expect(await balance(owner)).toBe(877n);
    expect(await chargeOf(request.requestId)).toMatchObject({
      accountId: owner.accountId,
      chargedNanoUsd: 123n,
      overrunNanoUsd: 0n,
      transactionId: expect.stringMatching(/^txn_/) as unknown as string,
    });
  });

  it('is charged once however often it comes, and announced every time', async () => {
    const owner = await billing.account(1_000n);
    const request = recorded(owner, { costNanoUsd: '100' });
    const batchId = await publish([request]);
    for (let copy = 1; copy < 10; copy += 1) await publish([request], batchId);
    await eventually(() => {
      const times = posted.flatMap(({ batchIds }) => batchIds).filter((id) => id === batchId);
      expect(times).toHaveLength(10);
    });
    expect(await balance(owner)).toBe(900n);
  });

  it('is charged once when two replicas post it at the same time, under two accounts', async () => {
    const [owner, other] = await Promise.all([billing.account(1_000n), billing.account(1_000n)]);
    const request = recorded(owner, { costNanoUsd: '100' });
    await Promise.all([
      ...Array.from({ length: 8 }, () => posting(request)),
      ...Array.from({ length: 8 }, () => posting({ ...request, ...other })),
    ]);
    expect((await balance(owner)) + (await balance(other))).toBe(1_900n);
  });

  it('cannot be charged twice, even where no one has looked for the first charge', async () => {
    const owner = await billing.account(1_000n);
    const requestId = await billing.charge(owner, null, 100n);
    const copy = billing.database.execute(
      'INSERT INTO charge SELECT * FROM charge WHERE request_id = $1',
      [uuidOf('request', requestId)],
    );
    expect(await copy.then(() => 'accepted', databaseErrorCode)).toBe('23505');
  });

  it('with another body is put aside, and the rest of its batch goes on', async () => {
    const owner = await billing.account(1_000n);
    const request = recorded(owner, { costNanoUsd: '100' });
    await announced(await publish([request]));
    const neighbour = recorded(owner, { costNanoUsd: '7' });
    await announced(await publish([{ ...request, costNanoUsd: '200' }, neighbour]));
    expect(await balance(owner)).toBe(893n);
    const quarantined = await billing.database.query<{ reason: string }>(
      'SELECT reason FROM quarantined_charge WHERE request_id = $1',
      [uuidOf('request', request.requestId)],
    );
    expect(quarantined).toEqual([{ reason: 'other_body' }]);
  });

  it('of an unknown account is put aside, and the rest of its batch goes on', async () => {
    const owner = await billing.account(1_000n);
    const stray = recorded({ ...owner, accountId: newId('account') }, { costNanoUsd: '5' });
    await announced(await publish([stray, recorded(owner, { costNanoUsd: '6' })]));
    expect(await balance(owner)).toBe(994n);
    expect(
      await billing.client.getCharge({ requestId: stray.requestId }).catch(rpcErrorFrom),
    ).toMatchObject({
      code: 'not_found',
      field: 'request_id',
    });
  });

  it('of a negative cost is put aside: usage never pays money out', async () => {
    const owner = await billing.account(1_000n);
    await announced(await publish([recorded(owner, { costNanoUsd: '-5' })]));
    expect(await balance(owner)).toBe(1_000n);
  });

  it('that cost nothing is confirmed without a transfer', async () => {
    const owner = await billing.account(1_000n);
    const request = recorded(owner, { costNanoUsd: '0' });
    await announced(await publish([request]));
    expect(await chargeOf(request.requestId)).toMatchObject({
      chargedNanoUsd: 0n,
      transactionId: '',
    });
    expect(await balance(owner)).toBe(1_000n);
  });

  it('without an allowance is charged as far as the balance reaches; the rest is overrun, and said so', async () => {
    const owner = await billing.account(60n);
    const request = recorded(owner, { costNanoUsd: '100' });
    const [event] = await announced(await publish([request]));
    const overruns = [{ requestId: request.requestId, overrunNanoUsd: '40' }];
    expect(event?.overruns).toEqual(overruns);
    // The first announcement may be lost with the store of NATS.
    const [again] = await announced(await publish([request]));
    expect(again?.overruns).toEqual(overruns);
    expect(await chargeOf(request.requestId)).toMatchObject({
      chargedNanoUsd: 60n,
      overrunNanoUsd: 40n,
    });
    expect(await balance(owner)).toBe(0n);
  });

  it('of another account does not touch the allowance that it names', async () => {
    const [owner, other] = await Promise.all([billing.account(100n), billing.account(100n)]);
    const grant = grantRequest(owner, { minimumNanoUsd: 50n });
    await billing.client.grantAllowance(grant);
    await posting(recorded(other, { allowanceId: grant.allowanceId, costNanoUsd: '30' }));
    expect(await billing.client.getCredits({ accountId: owner.accountId })).toMatchObject({
      balanceNanoUsd: 100n,
      heldNanoUsd: 50n,
    });
    expect(await balance(other)).toBe(70n);
  });
});

describe('an account that cannot be charged', () => {
  /** Sets the cap of the account's balance; without one no rule can charge it. */
  async function setBalanceCap(owner: Owner, cap: bigint | null): Promise<void> {
    await billing.database.execute(
      `UPDATE spend_counter SET cap_nano_usd = $2
       WHERE account_id = $1 AND scope = 'account' AND period = 'total'`,
      [uuidOf('account', owner.accountId), cap],
    );
  }

  it('fails no other account of its batch, and is charged once it can be', async () => {
    const owners = await Promise.all(Array.from({ length: 10 }, () => billing.account(1_000n)));
    const [bad, ...good] = owners as [Owner, ...Owner[]];
    const mixed = {
      batchId: randomUUID(),
      requests: owners.map((owner) => recorded(owner, { costNanoUsd: '100' })),
    };
    const other = {
      batchId: randomUUID(),
      requests: good.map((owner) => recorded(owner, { costNanoUsd: '1' })),
    };
    await setBalanceCap(bad, null);
    const post = () => billing.part(ChargesService).post([mixed, other]);
    await expect(post()).rejects.toThrow('an account without a balance');
    await announced(other.batchId);
    expect(posted.some(({ batchIds }) => batchIds.includes(mixed.batchId))).toBe(false);
    expect(await Promise.all(good.map(balance))).toEqual(good.map(() => 899n));
    expect(await balance(bad)).toBe(1_000n);

    await setBalanceCap(bad, 1_000n);
    await post();
    await announced(mixed.batchId);
    expect(await Promise.all(good.map(balance))).toEqual(good.map(() => 899n));
    expect(await balance(bad)).toBe(900n);
  });
});

describe('concurrency', () => {
  it('charges 2,000 shuffled and repeated requests of 20 accounts to the nano-dollar', async () => {
    const owners = await Promise.all(Array.from({ length: 20 }, () => billing.account(1_000_000n)));
    const requests = owners.flatMap((owner) =>
      Array.from({ length: 100 }, (_, index) => recorded(owner, { costNanoUsd: String(index) })),
    );
    const shuffled = [...requests, ...requests].sort(() => Math.random() - 0.5);
    const batches = Array.from({ length: 40 }, (_, index) =>
      shuffled.slice(index * 100, index * 100 + 100),
    );
    await Promise.all(batches.map((batch) => posting(...batch)));
    for (const owner of owners) expect(await balance(owner)).toBe(1_000_000n - 4_950n);
  });
});
