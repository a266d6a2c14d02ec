import { Erasures, type ErasedPerson } from '@modelbridge/erasure';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ClaimsService } from '../claims/claims.service.js';
import { ErasedRequestsService } from '../recording/erased-requests.service.js';
import { ErasedSpendService } from '../spend/erased-spend.service.js';

/** What usage-ledger holds of a person: requests, sums, claims of Idempotency-Keys. */
@Injectable()
export class EraserService implements OnModuleInit {
  constructor(
    private readonly erasures: Erasures,
    private readonly requests: ErasedRequestsService,
    private readonly spend: ErasedSpendService,
    private readonly claims: ClaimsService,
  ) {}

  onModuleInit(): void {
    this.erasures.by((person) => this.erase(person));
  }

  /** The sums go last: they tell which teams and keys there are. */
  private async erase(person: ErasedPerson): Promise<void> {
    const { accountIds, keyIds } = await this.spend.usedBy(person.userId);
    await this.requests.erase(
      person,
      accountIds.filter((accountId) => accountId !== person.accountId),
    );
    await this.claims.erase(person, keyIds);
    await this.spend.erase(person);
  }
}
