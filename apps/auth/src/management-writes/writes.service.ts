import type { Tx } from '@modelbridge/service-kit/database';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import { outcomeOf, writeBounds, type Claim, type ClaimOutcome, type End } from './write.js';
import { WritesRepository } from './writes.repository.js';

/** Which write of the management API is the one under its Idempotency-Key, and what it was answered. */
@Injectable()
export class WritesService {
  constructor(private readonly writes: WritesRepository) {}

  /** Throws `aborted` where the write in the way kept changing. */
  async claim(claim: Claim): Promise<ClaimOutcome> {
    await this.writes.removeOldOf(claim);
    for (let attempt = 1; attempt <= writeBounds.attempts; attempt += 1) {
      const own = await this.writes.claim(claim);
      if (own !== undefined) return { kind: 'claimed', ...own };
      const held = await this.writes.find(claim);
      if (held !== undefined) return outcomeOf(claim, held);
    }
    throw new RpcError('aborted', 'the claim could not be decided');
  }

  /** With what the answers of these keys hold. */
  removeOf(tx: Tx, keyIds: readonly string[]): Promise<void> {
    return this.writes.removeOf(tx, keyIds);
  }

  /** Does nothing where a later try has taken over, or the write is removed. */
  async end({ end, ...own }: End): Promise<void> {
    switch (end.$case) {
      case 'answer':
        return this.writes.complete(own, end.value);
      case 'refused':
        // What an earlier try has done is not known: its id must stay.
        return own.attempt === 1 ? this.writes.remove(own) : this.writes.leave(own);
      case 'unclear':
        return this.writes.leave(own);
    }
  }
}
