import { authUserDeleted } from '@modelbridge/contracts/events';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Logger } from '@modelbridge/service-kit/logging';
import { Outbox } from '@modelbridge/service-kit/outbox';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { User } from './user.js';
import { UsersRepository } from './users.repository.js';

const pageSize = 100;
type Closed = Pick<User, 'userId' | 'accountId'>;

/** Accounts that are closed: each is told of until retention erases it. */
@Injectable()
export class ClosedAccounts implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly users: UsersRepository,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.tellAll().catch((err: unknown) =>
      this.logger.warn({ err }, 'closed accounts are told of at the next start'),
    );
  }

  /** Once more of all that are still here: those of before there were erasures have begun none. */
  async tellAll(): Promise<void> {
    let page: Closed[] = [];
    do {
      page = await this.users.closedAfter(pageSize, page.at(-1)?.userId);
      await this.database.transaction(async (tx) => {
        for (const closed of page) {
          // One that is told already is not told twice.
          await this.outbox.confirm(tx, [closed.userId]);
          await this.tell(tx, closed);
        }
      });
    } while (page.length === pageSize);
  }

  tell(tx: Tx, { userId, accountId }: Closed): Promise<void> {
    return this.outbox.add(
      tx,
      authUserDeleted,
      { userId, accountId },
      { id: userId, awaitConfirmation: true },
    );
  }
}
