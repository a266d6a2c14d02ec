import { uuidOf } from '@modelbridge/contracts';
import { Erasures } from '@modelbridge/erasure';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AccountErasure } from './account-erasure.service.js';

/** Erases whom retention says, as often as it takes: what still runs of an account ends by itself. */
@Injectable()
export class EraserService implements OnModuleInit {
  constructor(
    private readonly erasures: Erasures,
    private readonly accounts: AccountErasure,
  ) {}

  onModuleInit(): void {
    this.erasures.by(async (person) => {
      const uuids = {
        userId: uuidOf('user', person.userId),
        accountId: uuidOf('account', person.accountId),
        pseudonymUserId: uuidOf('user', person.pseudonym.userId),
      };
      await this.accounts.erase(uuids, (tx, counts) => this.erasures.count(tx, person, counts));
    });
  }
}
