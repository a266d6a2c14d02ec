import { Database, isolateFailures, type Tx } from '@modelbridge/service-kit/database';
import { Logger } from '@modelbridge/service-kit/logging';
import { Outbox } from '@modelbridge/service-kit/outbox';
import { Injectable } from '@nestjs/common';
import { ProviderUsageService } from '../provider-usage/provider-usage.service.js';
import { SpendService } from '../spend/spend.service.js';
import { ConfirmationsRepository, type Overrun } from './confirmations.repository.js';

/** Where more overruns than this cannot be taken, the fault is not theirs. */
const mostFailingOverruns = 20;

/** Knows what billing has charged of what it was handed. */
@Injectable()
export class ConfirmationsService {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly repository: ConfirmationsRepository,
    private readonly spend: SpendService,
    private readonly providerUsage: ProviderUsageService,
    private readonly logger: Logger,
  ) {}

  expect(tx: Tx, batchId: string, firstLedgerSequence: bigint): Promise<void> {
    return this.repository.addUnconfirmed(tx, batchId, firstLedgerSequence);
  }

  /**
   * billing has committed these batches: they need not be sent again, and what it could not charge is no
   * cost of the customer's. Repeating it changes nothing. Where an overrun cannot be taken the others are,
   * and the batches stay unconfirmed, so that all of it is announced again.
   */
  async confirm(batchIds: string[], overruns: readonly Overrun[]): Promise<void> {
    const failures = await isolateFailures(overruns, (part) => this.takeOverruns(part), {
      mostFailures: mostFailingOverruns,
    });
    for (const { items, error } of failures) {
      this.logger.error(
        { err: error, requestId: items[0]?.requestId },
        'an overrun could not be taken off the cost of its request',
      );
    }
    const [first] = failures;
    if (first !== undefined) throw first.error;
    await this.database.transaction(async (tx) => {
      await this.outbox.confirm(tx, batchIds);
      await this.repository.removeUnconfirmed(tx, batchIds);
    });
  }

  private takeOverruns(overruns: readonly Overrun[]): Promise<void> {
    return this.database.transaction(async (tx) => {
      const lowered = await this.repository.takeOverruns(tx, overruns);
      await this.spend.lower(tx, lowered);
      await this.providerUsage.addOverruns(
        tx,
        lowered.map(({ byNanoUsd, ...request }) => ({ ...request, overrunNanoUsd: byNanoUsd })),
      );
    });
  }
}
