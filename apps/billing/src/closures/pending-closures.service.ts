import { Injectable } from '@nestjs/common';
import { ClosuresRepository, type ClaimedClosure } from './closures.repository.js';

const batch = 20;
/** Longer than the calls of Stripe's take that end what an account has there; doubled for each attempt up to the largest. */
const claimMs = 60_000;
const claimMostMs = 3_600_000;

/** Closed accounts of which something may still run at Stripe. */
@Injectable()
export class PendingClosures {
  constructor(private readonly repository: ClosuresRepository) {}

  claim(): Promise<ClaimedClosure[]> {
    return this.repository.claimDue(batch, claimMs, claimMostMs);
  }

  settle(closure: ClaimedClosure): Promise<void> {
    return this.repository.settle(closure);
  }

  count(): Promise<number> {
    return this.repository.pending();
  }
}
