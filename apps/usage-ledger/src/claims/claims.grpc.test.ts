import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId, uuidOf } from '@modelbridge/contracts';
import type { RequestRecord } from '@modelbridge/contracts/events';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { eventually } from '@modelbridge/testing-kit';
import { arrivedRecord } from '../recording/recording.js';
import { RecordingService } from '../recording/recording.service.js';
import { startLedger, type RunningLedger } from '../testing/running-ledger.js';
import { sampleRecord } from '../testing/sample-records.js';
import { ClaimsSweeper } from './claims-sweeper.service.js';
import { claimBounds, type Claim } from './claims.js';
import { ClaimsRepository } from './claims.repository.js';

type ClaimMessage = Claim & { idempotencyKeyHash: Buffer; bodyHmac: Buffer };

function newClaim(changes: Partial<ClaimMessage> = {}): ClaimMessage {
  return {
    keyId: newId('key'),
    idempotencyKeyHash: randomBytes(32),
    bodyHmac: randomBytes(32),
    requestId: newId('request'),
    gatewayEpoch: randomUUID(),
    ...changes,
  };
}

/** The same request sent once more: another id, perhaps by another gateway. */
const again = (claim: ClaimMessage, changes: Partial<ClaimMessage> = {}): ClaimMessage => ({
  ...claim,
  requestId: newId('request'),
  gatewayEpoch: randomUUID(),
  ...changes,
});

/** 32 repetitions at once; how many of them may go on. */
async function race(ledger: RunningLedger): Promise<number> {
  const claim = newClaim();
  const outcomes = await Promise.all(
    Array.from({ length: 32 }, () => ledger.client.claimIdempotencyKey(again(claim))),
  );
  return outcomes.filter(({ outcome }) => outcome?.$case === 'claimed').length;
}

describe('claims of Idempotency-Keys', () => {
  let ledger: RunningLedger;
  beforeAll(async () => {
    ledger = await startLedger();
  });
  afterAll(() => ledger.close());

  const outcomeOf = async (claim: ClaimMessage) =>
    (await ledger.client.claimIdempotencyKey(claim)).outcome;
  const claimed = { $case: 'claimed', value: {} };
  const inProgress = ({ requestId }: ClaimMessage) => ({
    $case: 'inProgress',
    value: { requestId },
  });
  const record = (claim: ClaimMessage, changes: Partial<RequestRecord> = {}) =>
    ledger.app
      .get(RecordingService, { strict: false })
      .record([
        arrivedRecord(
          claim.gatewayEpoch,
          sampleRecord(1, { requestId: claim.requestId, keyId: claim.keyId, ...changes }),
        ),
      ]);
  const age = (claim: ClaimMessage, hours: number) =>
    ledger.query(
      `update idempotency_claim set claimed_at = now() - $2 * interval '1 hour' where request_id = $1`,
      [uuidOf('request', claim.requestId), hours],
    );

  it('lets exactly one of 32 repetitions at once go on', async () => {
    expect(await race(ledger)).toBe(1);
  });

  it('tells a repetition that the first is running', async () => {
    const first = newClaim();
    expect(await outcomeOf(first)).toEqual(claimed);
    expect(await outcomeOf(again(first))).toEqual(inProgress(first));
    expect(await outcomeOf(first)).toEqual(claimed);
  });

  it('keeps the same header of two API keys apart', async () => {
    const first = newClaim();
    expect(await outcomeOf(first)).toEqual(claimed);
    expect(await outcomeOf(again(first, { keyId: newId('key') }))).toEqual(claimed);
  });

  it('tells a repetition how the first ended and what it cost', async () => {
    const first = newClaim();
    await outcomeOf(first);
    await record(first, { status: 200, costNanoUsd: '999999999999999', inputTokens: 7 });
    expect(await outcomeOf(again(first))).toEqual({
      $case: 'completed',
      value: {
        requestId: first.requestId,
        status: 200,
        inputTokens: 7n,
        cacheReadTokens: 200n,
        cacheWrite5mTokens: 30n,
        cacheWrite1hTokens: 4n,
        outputTokens: 500n,
        reasoningTokens: 100n,
        costNanoUsd: 999_999_999_999_999n,
      },
    });
  });

  it('counts a request whose upstream failed as finished', async () => {
    const first = newClaim();
    await outcomeOf(first);
    await record(first, { status: 502, outcome: 'failed', costNanoUsd: '0' });
    expect(await outcomeOf(again(first))).toMatchObject({
      $case: 'completed',
      value: { status: 502, costNanoUsd: 0n },
    });
  });

  it('refuses another body, while the first runs and when it has ended', async () => {
    const first = newClaim();
    await outcomeOf(first);
    const other = { $case: 'mismatch', value: {} };
    expect(await outcomeOf(again(first, { bodyHmac: randomBytes(32) }))).toEqual(other);
    await record(first);
    expect(await outcomeOf(again(first, { bodyHmac: randomBytes(32) }))).toEqual(other);
  });

  it('keeps a claim for 24 hours and no longer', async () => {
    const first = newClaim();
    await outcomeOf(first);
    await record(first);
    await age(first, claimBounds.keptHours - 0.01);
    expect(await outcomeOf(again(first))).toMatchObject({ $case: 'completed' });
    await age(first, claimBounds.keptHours + 0.01);
    const next = again(first, { bodyHmac: randomBytes(32) });
    expect(await outcomeOf(next)).toEqual(claimed);
    expect(await outcomeOf(again(next))).toEqual(inProgress(next));
  });

  it('sweeps out what is too old, in batches, and nothing else', async () => {
    const young = newClaim();
    await outcomeOf(young);
    const old = claimBounds.claimsPerBatch + 5;
    await ledger.query(
      `insert into idempotency_claim
         (key_id, idempotency_key_hash, body_hmac, request_id, gateway_epoch, released, claimed_at)
       select gen_random_uuid(), sha256(n::text::bytea), sha256('b'), gen_random_uuid(),
         gen_random_uuid(), false, now() - interval '24 hours' from generate_series(1, $1) as n`,
      [old],
    );
    const count = async () => {
      const [row] = await ledger.query<{ old: bigint }>(
        `select count(*) as old from idempotency_claim
         where claimed_at <= now() - interval '24 hours'`,
      );
      return row?.old;
    };
    expect(await count()).toBe(BigInt(old));
    await ledger.app.get(ClaimsSweeper, { strict: false }).sweep();
    expect(await count()).toBe(0n);
    expect(await outcomeOf(again(young))).toEqual(inProgress(young));
  });

  describe('when the upstream was never called', () => {
    it('frees a released claim for any body', async () => {
      const first = newClaim();
      await outcomeOf(first);
      await ledger.client.releaseClaim(first);
      await ledger.client.releaseClaim(first);
      const next = again(first, { bodyHmac: randomBytes(32) });
      expect(await outcomeOf(next)).toEqual(claimed);
      expect(await outcomeOf(again(next))).toEqual(inProgress(next));
    });

    it('lets nobody release the claim of another request', async () => {
      const first = newClaim();
      await outcomeOf(first);
      await ledger.client.releaseClaim(again(first));
      expect(await outcomeOf(again(first))).toEqual(inProgress(first));
    });

    it('leaves a claim free that arrives after its release', async () => {
      const late = newClaim();
      await ledger.client.releaseClaim(late);
      const refused = await outcomeOf(late).catch((error: unknown) => rpcErrorFrom(error)?.code);
      expect(refused).toBe('aborted');
      expect(await outcomeOf(again(late))).toEqual(claimed);
    });

    it('frees the claim with a record that names no provider, and keeps the others', async () => {
      const [uncalled, called] = [newClaim(), newClaim()];
      await outcomeOf(uncalled);
      await outcomeOf(called);
      await record(uncalled, { provider: null, status: 503, outcome: 'failed', costNanoUsd: '0' });
      await record(called);
      expect(await outcomeOf(again(uncalled))).toEqual(claimed);
      expect(await outcomeOf(again(called))).toMatchObject({ $case: 'completed' });
    });
  });

  it('frees those claims of an ended epoch that have no record, over pages of them', async () => {
    const gatewayEpoch = randomUUID();
    const [recorded, quarantined, unrecorded, elsewhere] = [
      newClaim({ gatewayEpoch }),
      newClaim({ gatewayEpoch }),
      newClaim({ gatewayEpoch }),
      newClaim(),
    ];
    for (const claim of [recorded, quarantined, unrecorded, elsewhere]) await outcomeOf(claim);
    await record(recorded);
    await record(quarantined, { inputTokens: 2_000_000_000 });
    await ledger.query(
      `insert into idempotency_claim
         (key_id, idempotency_key_hash, body_hmac, request_id, gateway_epoch, released)
       select gen_random_uuid(), sha256(n::text::bytea), sha256('b'), gen_random_uuid(), $2, false
       from generate_series(1, $1) as n`,
      [claimBounds.claimsPerBatch, gatewayEpoch],
    );
    expect(await ledger.client.releaseClaims({ gatewayEpoch })).toEqual({
      released: BigInt(claimBounds.claimsPerBatch + 1),
    });
    expect(await ledger.client.releaseClaims({ gatewayEpoch })).toEqual({ released: 0n });
    expect(await outcomeOf(again(unrecorded))).toEqual(claimed);
    expect(await outcomeOf(again(recorded))).toMatchObject({ $case: 'completed' });
    expect(await outcomeOf(again(quarantined))).toEqual(inProgress(quarantined));
    expect(await outcomeOf(again(elsewhere))).toEqual(inProgress(elsewhere));
  });

  it('names a bad field', async () => {
    const bad = outcomeOf(newClaim({ bodyHmac: randomBytes(8) }));
    expect(rpcErrorFrom(await bad.catch((error: unknown) => error))).toMatchObject({
      code: 'invalid_argument',
      field: 'body_hmac',
    });
  });
});

describe('without the unique constraint', () => {
  it('several repetitions go on, so the race above is one', async () => {
    const ledger = await startLedger();
    await ledger.query('alter table idempotency_claim drop constraint idempotency_claim_pkey');
    const claims = ledger.app.get(ClaimsRepository, { strict: false });
    let looked = 0;
    claims.claim = async (claim) => {
      if (await claims.find(claim)) return false;
      // As two that come at once may: neither has written when the other looks.
      looked += 1;
      await eventually(() => expect(looked).toBeGreaterThan(1));
      await ledger.query(
        `insert into idempotency_claim
           (key_id, idempotency_key_hash, body_hmac, request_id, gateway_epoch, released)
         values ($1, $2, $3, $4, $5, false)`,
        [
          uuidOf('key', claim.keyId),
          claim.idempotencyKeyHash,
          claim.bodyHmac,
          uuidOf('request', claim.requestId),
          claim.gatewayEpoch,
        ],
      );
      return true;
    };
    expect(await race(ledger)).toBeGreaterThan(1);
    await ledger.close();
  });
});
