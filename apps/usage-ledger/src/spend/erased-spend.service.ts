import { Erasures, type ErasedPerson } from '@modelbridge/erasure';
import { Database } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { ErasedSpendRepository } from './erased-spend.repository.js';

/** Takes a person out of the sums of what was used. */
@Injectable()
export class ErasedSpendService {
  constructor(
    private readonly database: Database,
    private readonly erasures: Erasures,
    private readonly repository: ErasedSpendRepository,
  ) {}

  /** Accounts that have paid for a person, and the keys: to be asked for before the sums are gone. */
  usedBy(userId: string): Promise<{ accountIds: string[]; keyIds: string[] }> {
    return this.repository.usedBy(userId);
  }

  async erase(person: ErasedPerson): Promise<void> {
    const { accountId, userId, pseudonym } = person;
    await this.database.transaction(async (tx) => {
      const sums = await this.repository.remove(tx, accountId);
      const teamSums = await this.repository.standIn(tx, userId, pseudonym);
      await this.erasures.count(tx, person, { sums, team_sums: teamSums });
    });
  }
}
