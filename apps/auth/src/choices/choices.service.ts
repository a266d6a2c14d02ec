import type { Tx } from '@modelbridge/service-kit/database';
import { actingNow } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { chosenPurposes, type Choice, type ChosenPurpose } from './choice.js';
import { ChoicesRepository } from './choices.repository.js';

/** What people have decided about each purpose: every decision is kept, the newest counts. */
@Injectable()
export class ChoicesService {
  constructor(
    private readonly repository: ChoicesRepository,
    private readonly audit: AuditService,
  ) {}

  newest(userId: string): Promise<Choice[]> {
    return this.repository.newest(userId);
  }

  /** Every decision of a person who is erased; how many. */
  removeOf(tx: Tx, userId: string): Promise<number> {
    return this.repository.removeOf(tx, userId);
  }

  /** Users whose newest decision is against a purpose, in the order of their ids. */
  against(purpose: ChosenPurpose, limit: number, after?: string): Promise<string[]> {
    return this.repository.against(purpose, limit, after);
  }

  /** Keeps a decision and logs it; one that holds already is none. The person's row must be locked. */
  async decide(
    tx: Tx,
    { userId, accountId }: { userId: string; accountId: string },
    { purpose, given }: Pick<Choice, 'purpose' | 'given'>,
  ): Promise<void> {
    const known = await this.repository.newest(userId, tx);
    const before = known.find((choice) => choice.purpose === purpose)?.given;
    if ((before ?? chosenPurposes[purpose].givenAtFirst) === given) return;
    const source = actingNow('auth').actor.kind === 'staff' ? 'operator' : 'person';
    await this.audit.record(tx, {
      act: 'consent.changed',
      accountId,
      objectIds: [userId],
      details: { purpose, given: String(given) },
    });
    await this.repository.add(tx, userId, { purpose, given, source });
  }
}
