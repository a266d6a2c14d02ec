import { uuidOf, newId } from '@modelbridge/contracts';
import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Database, isDatabaseUnavailable } from '@modelbridge/service-kit/database';
import { Logger } from '@modelbridge/service-kit/logging';
import { Metrics } from '@modelbridge/service-kit/metrics';
import { AccountBooks } from '../book/account-books.service.js';
import { Clock } from '../book/clock.js';
import { AllowancesRepository, type Overdue } from './allowances.repository.js';
import { isAwaited } from './awaited.js';
import { writeOff } from './ending.js';
import { allowanceBounds } from './bounds.js';
import { OutstandingService } from './outstanding.service.js';
import { RecallService } from './recall.service.js';

/** Ends allowances on which nobody reported, so that no crash holds a customer's money for ever. */
@Injectable()
export class OverdueService implements OnApplicationBootstrap, OnApplicationShutdown {
  private sweepTimer: NodeJS.Timeout | undefined;
  private pruneTimer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> = Promise.resolve();
  private busy = false;
  private readonly writtenOff;

  constructor(
    private readonly database: Database,
    private readonly books: AccountBooks,
    private readonly repository: AllowancesRepository,
    private readonly recalls: RecallService,
    private readonly outstanding: OutstandingService,
    private readonly clock: Clock,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.writtenOff = metrics.counter({
      name: 'modelbridge_written_off_nano_usd_total',
      help: 'Money that was set aside and on which no gateway reported in time',
    });
  }

  onApplicationBootstrap(): void {
    this.sweepTimer = setInterval(() => this.tick(), allowanceBounds.sweepEveryMs);
    this.pruneTimer = setInterval(() => void this.prune(), allowanceBounds.pruneEveryMs);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.sweepTimer);
    clearInterval(this.pruneTimer);
    await this.sweeping;
  }

  /**
   * Writes off what is overdue now, a batch after the other; how much (nano-USD). One that cannot be
   * written off stops no other: it is passed over until the next sweep, as is one whose charges are awaited.
   */
  async sweep(batch: number = allowanceBounds.sweepBatch): Promise<bigint> {
    let total = 0n;
    let overdue: Overdue[] = [];
    do {
      const now = this.clock.now();
      overdue = await this.repository.overdue(now, overdue.at(-1), batch);
      if (overdue.length === 0) break;
      const outstanding = await this.outstanding.read();
      for (const allowance of overdue) {
        if (isAwaited(allowance, outstanding, now)) continue;
        const { id, accountId } = allowance;
        try {
          total += await this.writeOff(id, accountId);
        } catch (error) {
          if (isDatabaseUnavailable(error)) throw error;
          this.logger.error(
            { err: error, allowanceId: id },
            'an allowance could not be written off',
          );
        }
      }
    } while (overdue.length === batch);
    return total;
  }

  private tick(): void {
    if (this.busy) return;
    this.busy = true;
    this.sweeping = this.sweep().then(
      () => void (this.busy = false),
      (error: unknown) => {
        this.busy = false;
        this.logger.error(
          { err: error },
          'overdue allowances could not be swept: nothing is written off',
        );
      },
    );
  }

  private async writeOff(allowanceId: string, accountId: string): Promise<bigint> {
    const amount = await this.database.transaction(async (tx) => {
      const books = await this.books.open(tx, [{ accountId, allowanceIds: [allowanceId] }]);
      const book = books.get(accountId);
      const allowance = book?.allowances.get(allowanceId);
      if (book === undefined || allowance === undefined) return 0n;
      if (allowance.state === 'ended' || allowance.graceUntil > this.clock.now()) return 0n;
      const written = writeOff(book, allowance, uuidOf('transaction', newId('transaction')));
      await this.books.save(tx, books.values());
      return written;
    });
    if (amount > 0n) {
      this.writtenOff.inc(Number(amount));
      this.logger.warn({ allowanceId, nanoUsd: amount.toString() }, 'an allowance was written off');
      this.recalls.moved(accountId);
    }
    return amount;
  }

  private async prune(): Promise<void> {
    try {
      await this.repository.pruneSteps(allowanceBounds.stepRetentionHours, 50_000);
      await this.repository.pruneRates();
    } catch (error) {
      this.logger.error({ err: error }, 'old steps and rate windows could not be pruned');
    }
  }
}
