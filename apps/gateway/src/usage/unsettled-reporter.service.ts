import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Logger } from '@modelbridge/service-kit/logging';
import { UsageLedgerClient } from '../clients/clients.module.js';
import { Spool } from '../spool/spool.js';

const reportEveryMs = 5_000;

/**
 * Tells usage-ledger what the spool holds that is not settled, so that billing holds the money for it. It reports also
 * that there is nothing: the answer tells the time (`ClockCheck`).
 */
@Injectable()
export class UnsettledReporter implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private reporting = false;
  private isHeard = true;

  constructor(
    @Inject(Spool) private readonly spool: Pick<Spool, 'unsettled'>,
    @Inject(UsageLedgerClient)
    private readonly usageLedger: Pick<UsageLedgerClient, 'reportUnsettled'>,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.report(), reportEveryMs);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  async report(): Promise<void> {
    const { unsettled } = this.spool;
    if (this.reporting) return;
    this.reporting = true;
    try {
      await this.usageLedger.reportUnsettled({
        epochs: unsettled.map(({ epoch, oldestSequence, lastSequence, oldestAgeMs }) => ({
          gatewayEpoch: epoch,
          oldestSequence: BigInt(oldestSequence),
          lastSequence: BigInt(lastSequence),
          oldestAgeMs: BigInt(oldestAgeMs),
        })),
      });
      this.isHeard = true;
    } catch (error) {
      if (this.isHeard) this.logger.warn({ err: error }, 'unsettled usage could not be reported');
      this.isHeard = false;
    } finally {
      this.reporting = false;
    }
  }
}
