import { Logger } from '@modelbridge/service-kit/logging';
import { Injectable } from '@nestjs/common';
import { UsageLedgerClient } from '../clients/clients.js';
import { KeptAnswer } from '../site/kept-answer.js';
import { statusFeed, type StatusFeed } from './status-feed.js';

const windowHours = 48;

/** How models have answered, for everyone: usage-ledger is asked once a minute, however many ask here. */
@Injectable()
export class Status {
  private readonly kept: KeptAnswer<StatusFeed>;

  constructor(usageLedger: UsageLedgerClient, logger: Logger) {
    this.kept = new KeptAnswer(
      'the status feed',
      async () => {
        const answer = await usageLedger.getServiceStatistics({ hours: windowHours });
        return statusFeed(answer.hours, answer.countedUntil, windowHours);
      },
      logger,
    );
  }

  /** The last one where there is none newer; `counted_until` says how old it is. */
  feed(): Promise<StatusFeed | undefined> {
    return this.kept.get();
  }
}
