import { idFromUuid, uuidOf } from '@modelbridge/contracts';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { claimBounds, type Claim, type HeldClaim, type Release } from './claims.js';

const kept = `interval '${claimBounds.keptHours} hours'`;

@Injectable()
export class ClaimsRepository {
  constructor(private readonly database: Database) {}

  /** True when nobody else holds the key: no claim, one that is too old, or another's that was released. */
  async claim(claim: Claim): Promise<boolean> {
    const touched = await this.database.execute(
      `insert into idempotency_claim as held
         (key_id, idempotency_key_hash, request_id, gateway_epoch, body_hmac, released)
       values ($1, $2, $3, $4, $5, false)
       on conflict (key_id, idempotency_key_hash) do update
         set request_id = excluded.request_id, gateway_epoch = excluded.gateway_epoch,
             body_hmac = excluded.body_hmac, released = false, claimed_at = excluded.claimed_at
         where held.claimed_at <= now() - ${kept}
            or (held.released and held.request_id <> excluded.request_id)`,
      [...referenceOf(claim), Buffer.from(claim.bodyHmac)],
    );
    return touched === 1;
  }

  async find({ keyId, idempotencyKeyHash }: Claim): Promise<HeldClaim | undefined> {
    const [row] = await this.database.query<{
      request_id: string;
      body_hmac: Buffer;
      released: boolean;
    }>(
      `select request_id, body_hmac, released from idempotency_claim
       where key_id = $1 and idempotency_key_hash = $2`,
      [uuidOf('key', keyId), Buffer.from(idempotencyKeyHash)],
    );
    return (
      row && {
        requestId: idFromUuid('request', row.request_id),
        bodyHmac: row.body_hmac,
        released: row.released,
      }
    );
  }

  /** Leaves another request's claim as it is. Where there is none, notes the release for a late claim. */
  async release(release: Release): Promise<void> {
    await this.database.execute(
      `insert into idempotency_claim as held
         (key_id, idempotency_key_hash, request_id, gateway_epoch, body_hmac, released)
       values ($1, $2, $3, $4, $5, true)
       on conflict (key_id, idempotency_key_hash) do update set released = true
         where held.request_id = excluded.request_id`,
      [...referenceOf(release), Buffer.alloc(32)],
    );
  }

  async releaseRequests(
    tx: Tx,
    requests: readonly { gatewayEpoch: string; requestUuid: string }[],
  ): Promise<void> {
    await tx.execute(
      `delete from idempotency_claim where (gateway_epoch, request_id) in
         (select * from unnest($1::uuid[], $2::uuid[]))`,
      [
        requests.map(({ gatewayEpoch }) => gatewayEpoch),
        requests.map(({ requestUuid }) => requestUuid),
      ],
    );
  }

  /** Request UUIDs of an epoch's claims in ascending order, from behind one on. */
  async pageOfEpoch(gatewayEpoch: string, after: string): Promise<string[]> {
    const rows = await this.database.query<{ request_id: string }>(
      `select request_id from idempotency_claim
       where gateway_epoch = $1 and request_id > $2 order by request_id limit $3`,
      [gatewayEpoch, after, claimBounds.claimsPerBatch],
    );
    return rows.map((row) => row.request_id);
  }

  /** Those of the ascending request UUIDs that are recorded or in quarantine. */
  async recordedOf(requestUuids: string[]): Promise<Set<string>> {
    // The bounds leave out the other months, which an array alone does not.
    const rows = await this.database.query<{ request_id: string }>(
      `select request_id from usage_request
       where request_id = any($1) and request_id between $2 and $3
       union all
       select request_id from quarantined_record where request_id = any($1)`,
      [requestUuids, requestUuids.at(0), requestUuids.at(-1)],
    );
    return new Set(rows.map((row) => row.request_id));
  }

  removeOfKeys(tx: Tx, keyIds: readonly string[]): Promise<number> {
    return tx.execute('delete from idempotency_claim where key_id = any($1)', [
      keyIds.map((keyId) => uuidOf('key', keyId)),
    ]);
  }

  removeOfEpoch(gatewayEpoch: string, requestUuids: string[]): Promise<number> {
    return this.database.execute(
      'delete from idempotency_claim where gateway_epoch = $1 and request_id = any($2)',
      [gatewayEpoch, requestUuids],
    );
  }

  /** Removes one batch of claims that are too old; how many. Replicas that sweep at once share the work. */
  removeOld(): Promise<number> {
    return this.database.execute(
      `delete from idempotency_claim where ctid = any(array(
         select ctid from idempotency_claim where claimed_at <= now() - ${kept}
         order by claimed_at limit $1 for update skip locked))`,
      [claimBounds.claimsPerBatch],
    );
  }
}

function referenceOf({ keyId, idempotencyKeyHash, requestId, gatewayEpoch }: Release): unknown[] {
  return [
    uuidOf('key', keyId),
    Buffer.from(idempotencyKeyHash),
    uuidOf('request', requestId),
    gatewayEpoch,
  ];
}
