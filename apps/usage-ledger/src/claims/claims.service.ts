import type { RecordedRequest } from '@modelbridge/contracts/events';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Erasures, type ErasedPerson } from '@modelbridge/erasure';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import { RequestsService } from '../requests/requests.service.js';
import { claimBounds, compareClaims, type Claim, type Release } from './claims.js';
import { ClaimsRepository } from './claims.repository.js';

/** What a claim finds. */
export type ClaimOutcome =
  | { kind: 'claimed' }
  | { kind: 'in_progress'; requestId: string }
  | { kind: 'completed'; request: RecordedRequest }
  | { kind: 'mismatch' };

/** Who was first under an Idempotency-Key, and what became of it. */
@Injectable()
export class ClaimsService {
  constructor(
    private readonly claims: ClaimsRepository,
    private readonly requests: RequestsService,
    private readonly database: Database,
    private readonly erasures: Erasures,
  ) {}

  /** Throws `aborted` where the claim in the way kept changing, or this one is released already. */
  async claim(claim: Claim): Promise<ClaimOutcome> {
    for (let attempt = 1; attempt <= claimBounds.attempts; attempt += 1) {
      if (await this.claims.claim(claim)) return { kind: 'claimed' };
      const outcome = await this.holder(claim);
      if (outcome !== undefined) return outcome;
    }
    throw new RpcError('aborted', 'the claim could not be decided');
  }

  /** Removes what was claimed with the keys of a person who is erased. */
  async erase(person: ErasedPerson, keyIds: readonly string[]): Promise<void> {
    await this.database.transaction(async (tx) => {
      const claims = await this.claims.removeOfKeys(tx, keyIds);
      await this.erasures.count(tx, person, { claims });
    });
  }

  /** For a request whose upstream was never called. */
  release(release: Release): Promise<void> {
    return this.claims.release(release);
  }

  /** Frees the claims of requests in the transaction that records them: no provider was called. */
  async releaseUncalled(
    tx: Tx,
    requests: readonly { gatewayEpoch: string; requestUuid: string }[],
  ): Promise<void> {
    if (requests.length > 0) await this.claims.releaseRequests(tx, requests);
  }

  /**
   * Frees those claims of an epoch that has ended and arrived whole which have no record; how many. A record
   * in quarantine keeps its claim: its upstream was called.
   */
  async releaseEpoch(gatewayEpoch: string): Promise<number> {
    let released = 0;
    let after = '00000000-0000-0000-0000-000000000000';
    for (;;) {
      const page = await this.claims.pageOfEpoch(gatewayEpoch, after);
      const last = page.at(-1);
      if (last === undefined) return released;
      const recorded = await this.claims.recordedOf(page);
      const unrecorded = page.filter((requestUuid) => !recorded.has(requestUuid));
      if (unrecorded.length > 0) {
        released += await this.claims.removeOfEpoch(gatewayEpoch, unrecorded);
      }
      after = last;
    }
  }

  /** What the claim in the way says; undefined when it has just gone. */
  private async holder(claim: Claim): Promise<ClaimOutcome | undefined> {
    const held = await this.claims.find(claim);
    if (held === undefined) return undefined;
    switch (compareClaims(claim, held)) {
      case 'released':
        return undefined;
      case 'own':
        return { kind: 'claimed' };
      case 'other_body':
        return { kind: 'mismatch' };
      case 'repetition': {
        const request = await this.requests.find(claim.keyId, held.requestId);
        if (request === undefined) return { kind: 'in_progress', requestId: held.requestId };
        // Its record came between the two looks, and freed the claim.
        return request.provider === null ? undefined : { kind: 'completed', request };
      }
    }
  }
}
